// Prints commands for the operator to paste. Each gives the Region and state store of the run that it is about, since the
// operator's shell may be set to others.
import type { Target } from '../../domain/revision.ts';
import { program } from '../../domain/program.ts';
import { sanitize } from '../../domain/safe-text.ts';

export interface CommandScope {
  readonly target: Pick<Target, 'region'> | undefined;
  readonly where?: string | undefined;
}

/** `./pruner restore web:41 --region eu-west-1 --state s3://bucket/prefix`; a name that begins with a dash comes last,
 *  after `--`.
 *  @param place the options for Region and state */
export function printCommand(
  words: string,
  spot: CommandScope,
  place = `${regionOption(spot)}${stateOption(spot)}`,
): string {
  const all = words.split(' ');
  const dashed = all.filter((word) => DASHED_NAME.test(word));
  const others = all.filter((word) => !DASHED_NAME.test(word));
  return `${program()} ${others.join(' ')}${place}${['', ...dashed].join(' ').replace(/^ /, ' -- ')}`;
}

/** `-web:41`: no option has a colon. */
const DASHED_NAME = /^-[^ ]*:/;

/** ` --region eu-west-1`, also for the AWS CLI. */
export function regionOption({ target }: CommandScope): string {
  return target === undefined ? '' : ` --region ${target.region}`;
}

/** Quotes a folder with blanks. A name that a shell or a mail could change becomes the placeholder STATE. */
export function stateOption({ where }: Pick<CommandScope, 'where'>): string {
  if (where === undefined) return '';
  if (/^[\w.:/][\w.:/-]*$/.test(where)) return ` --state ${where}`;
  // Reports print invisible characters as `\u{202e}`, which is no longer the folder's name.
  if (where.startsWith('-')) return ' --state STATE';
  return /['`]|\\u\{/.test(where) || sanitize(where) !== where ? ' --state STATE' : ` --state '${where}'`;
}

/** The shortest unambiguous beginning of a run's id.
 *  @param others ids of the other runs */
export function shortenId(id: string, others: Iterable<string> = []): string {
  let length = SHORTEST;
  for (const other of others)
    if (other !== id) while (length < id.length && other.startsWith(id.slice(0, length))) length++;
  return id.slice(0, length);
}

/** Two in a hundred thousand runs share these with another one. */
const SHORTEST = 8;

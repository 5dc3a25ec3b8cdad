// Commands of ours as a report prints them, to be pasted into the operator's shell as they stand: each names the Region and
// the state of the run that it is about, since the shell's own may be others.
import type { Target } from '../../domain/revision.ts';
import { sanitize } from '../../domain/safe-text.ts';

/** What a command is about. */
export interface CommandScope {
  readonly target: Pick<Target, 'region'> | undefined;
  /** Where the state is, as `--state` takes it. */
  readonly where?: string | undefined;
}

/** `./pruner restore web:41 --region eu-west-1 --state s3://bucket/prefix`; a name that begins with a dash comes last, behind
 *  `--`.
 *  @param place the options for Region and state, where they are known as a text */
export function printCommand(
  words: string,
  spot: CommandScope,
  place = `${regionOption(spot)}${stateOption(spot)}`,
): string {
  const all = words.split(' ');
  const dashed = all.filter((word) => DASHED_NAME.test(word));
  const others = all.filter((word) => !DASHED_NAME.test(word));
  return `./pruner ${others.join(' ')}${place}${['', ...dashed].join(' ').replace(/^ /, ' -- ')}`;
}

/** `-web:41`, which is no option: those have no colon. */
const DASHED_NAME = /^-[^ ]*:/;

/** ` --region eu-west-1`, for a command of the AWS CLI as well. */
export function regionOption({ target }: CommandScope): string {
  return target === undefined ? '' : ` --region ${target.region}`;
}

/** A bucket, or any folder: with blanks it is put in quotes. With what a shell or a mail would make something else of, a
 *  person has to write it. */
export function stateOption({ where }: Pick<CommandScope, 'where'>): string {
  if (where === undefined) return '';
  if (/^[\w.:/][\w.:/-]*$/.test(where)) return ` --state ${where}`;
  // A report spells what cannot be seen as `\u{202e}`, which is no longer the folder's name.
  if (where.startsWith('-')) return ' --state STATE';
  return /['`]|\\u\{/.test(where) || sanitize(where) !== where ? ' --state STATE' : ` --state '${where}'`;
}

/** The beginning of a run's id that a person can type; as long as it has to be to be the only one.
 *  @param others ids of the other runs that there are */
export function shortenId(id: string, others: Iterable<string> = []): string {
  let length = SHORTEST;
  for (const other of others)
    if (other !== id) while (length < id.length && other.startsWith(id.slice(0, length))) length++;
  return id.slice(0, length);
}

/** One of two runs in a hundred thousand shares as much with another. */
const SHORTEST = 8;

/**
 * Account files: JSON with objects in the exact shapes of AWS's answers. Reading checks every object against the SDK's
 * schemas, so an error states the path of the mistake.
 */
import { readFileSync } from 'node:fs';
import type { AccountStores } from './account-stores.ts';
import type { AwsService } from './aws-service.ts';
import { isBucketName, type Quotas } from './buckets.ts';
import { isRecord } from './check.ts';
import { readList, type FileList, type ReadList } from './file-list.ts';
import { services } from './services.ts';

/** An SDK type as JSON represents it. */
export type Json<Value> = Value extends Date
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Json<Value[Name]> }
      : Value;

interface Head {
  readonly account: string;
  readonly region: string;
  readonly partition?: string;
  /** The moment that the file describes. On loading, all times move so that this moment is the clock's. */
  readonly now: string;
  /** Token buckets that AWS has raised for this account. */
  readonly quotas?: Quotas;
  /** Families with the highest number that they ever had, for revisions that AWS has deleted. */
  readonly deletedTaskDefinitions?: Readonly<Record<string, number>>;
}

type ListsOf<Service> = Service extends AwsService<infer Lists> ? (lists: Lists) => void : never;
/** All services' lists in one object type: a union in a parameter's place is inferred as an intersection. */
type Lists = ListsOf<(typeof services)[number]> extends (lists: infer All) => void ? All : never;

export type AccountFile = Head & {
  readonly [Name in keyof Lists]?: Lists[Name] extends FileList<infer Entry> ? readonly Json<Entry>[] : never;
};

export type TaskDefinitionEntry = NonNullable<AccountFile['taskDefinitions']>[number];

export function readAccount(path: string): AccountFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`The account file ${path} cannot be read: ${String(cause)}`, { cause });
  }
  const problems = headProblems(parsed);
  if (problems.length === 0 && isRecord(parsed))
    problems.push(...readLists(parsed, 0).flatMap((list) => list.problems));
  if (isAccountFile(parsed, problems)) return parsed;
  throw misfitError(path, problems);
}

/** Fills the stores from the file, with all times moved by the distance of the file's `now` from the clock. */
export function loadAccountFile(file: AccountFile, account: AccountStores): void {
  const lists = readLists({ ...file }, account.now() - Date.parse(file.now));
  const problems = [...headProblems(file), ...lists.flatMap((list) => list.problems)];
  if (problems.length > 0) throw misfitError('given', problems);
  for (const [family, highest] of Object.entries(file.deletedTaskDefinitions ?? {}))
    account.revisions.remember(family, highest);
  for (const list of lists) list.addTo(account);
}

const fileLists: readonly (readonly [name: string, list: FileList<never>])[] = services.flatMap(({ lists }) =>
  Object.entries<FileList<never>>(lists),
);

function readLists(file: Record<string, unknown>, shiftMs: number): ReadList[] {
  return fileLists.map(([name, list]) => readList(name, list, file[name], shiftMs));
}

/** A value without a problem has the type that the schemas describe. */
const isAccountFile = (_: unknown, problems: readonly string[]): _ is AccountFile => problems.length === 0;

/** One mistake may repeat in each of a thousand entries: the error shows the first twenty. */
const MAX_SHOWN = 20;

function misfitError(name: string, problems: readonly string[]): Error {
  const shown = problems.slice(0, MAX_SHOWN);
  const rest = problems.length - shown.length;
  const lines = rest === 0 ? shown : [...shown, `and ${rest} more`];
  return new Error([`The account file ${name} does not fit:`, ...lines.map((one) => `  ${one}`)].join('\n'));
}

const memberNames = new Set([
  'account',
  'region',
  'partition',
  'now',
  'quotas',
  'deletedTaskDefinitions',
  ...fileLists.map(([name]) => name),
]);

function headProblems(file: unknown): string[] {
  if (!isRecord(file)) return ['it is not a JSON object'];
  const problems = Object.keys(file)
    .filter((key) => !memberNames.has(key))
    .map((key) => `.${key}: an account has no such member`);
  if (typeof file['account'] !== 'string' || !/^\d{12}$/.test(file['account']))
    problems.push('.account: expected twelve digits');
  if (typeof file['region'] !== 'string' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(file['region']))
    problems.push('.region: expected a Region such as eu-west-1');
  if (typeof file['now'] !== 'string' || Number.isNaN(Date.parse(file['now'])))
    problems.push('.now: expected an ISO time');
  for (const [bucket, size] of Object.entries(isRecord(file['quotas']) ? file['quotas'] : {})) {
    const isSize = isRecord(size) && typeof size['burst'] === 'number' && typeof size['perSecond'] === 'number';
    if (!isBucketName(bucket)) problems.push(`.quotas.${bucket}: there is no such bucket`);
    else if (!isSize) problems.push(`.quotas.${bucket}: expected { burst, perSecond }`);
  }
  return problems;
}

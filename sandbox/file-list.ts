/**
 * One list of an account file, such as `rules`: the shape of its entries, and how an entry enters the account. Each service
 * declares its own lists.
 */
import type { AccountStores } from './account-stores.ts';
import { convert, schemaProblems } from './check.ts';
import type { Member, Shape, Structure } from './shapes.ts';

export interface FileList<Entry> {
  readonly shape: Structure;
  add(entry: Entry, account: AccountStores): void;
  /** Runs after the last entry, even when the list is empty. */
  finish?(account: AccountStores): void;
}

export interface ReadList {
  readonly problems: readonly string[];
  addTo(account: AccountStores): void;
}

/** Converts the list from JSON, with every time moved by `shiftMs`, and compares it with the SDK's schema. */
export function readList<Entry>(name: string, list: FileList<Entry>, json: unknown, shiftMs: number): ReadList {
  const shape = { kind: 'list', of: list.shape, tag: 'member' } as const;
  const entries = convert(shape, json ?? [], (kind, value) =>
    kind === 'timestamp' ? shiftTime(value, shiftMs) : value,
  );
  const problems = schemaProblems(shape, entries, `.${name}`);
  /** Values without a problem have the type that the schema describes. */
  const fitsSchema = (_: unknown, problemCount: number): _ is readonly Entry[] => problemCount === 0;
  return {
    problems,
    addTo(account) {
      if (!fitsSchema(entries, problems.length)) return;
      for (const [index, entry] of entries.entries()) addEntry(`.${name}[${index}]`, entry);
      list.finish?.(account);

      function addEntry(path: string, entry: Entry): void {
        try {
          list.add(entry, account);
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause);
          throw new Error(`The account does not fit: ${path}: ${reason}`, { cause });
        }
      }
    },
  };
}

function shiftTime(value: unknown, shiftMs: number): unknown {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? value : new Date(time + shiftMs);
}

export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return value;
}

export function listOf(of: Structure): Shape {
  return { kind: 'list', of, tag: 'member' };
}

export const text: Shape = { kind: 'string' };

/** The structure with more members, none of them required. */
export function withMembers(shape: Structure, more: Readonly<Record<string, Shape>>): Structure {
  const added = Object.entries(more).map(([tag, shape]): [string, Member] => [tag, { shape, required: false, tag }]);
  return { ...shape, members: new Map([...shape.members, ...added]) };
}

/** The structure with these members optional; by default, all members. */
export function withOptional(shape: Structure, names: readonly string[] = [...shape.members.keys()]): Structure {
  const members = [...shape.members].map(([name, member]): [string, Member] => [
    name,
    names.includes(name) ? { ...member, required: false } : member,
  ]);
  return { ...shape, members: new Map(members) };
}

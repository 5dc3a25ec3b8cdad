// Turns a failed check into the message that the operator reads: the key, the given value, the allowed values, a
// suggestion.
import type * as z from 'zod';
import { meant } from './nearest.ts';
import { printable, shown } from './shown.ts';

export type Path = readonly PropertyKey[];
export type Problem = {
  readonly file: string;
  /** Undefined where there are no lines, as in the JSON packed with the function. */
  readonly line: number | undefined;
  readonly path: string;
  readonly message: string;
};

/** Settings that cannot be used. `problems` has all problems; the message shows the first twenty, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const more = problems.length > 20 ? [`... and ${problems.length - 20} more`] : [];
    super([...problems.slice(0, 20).map(asLine), ...more].join('\n'));
    this.problems = problems;
  }
}

/** The problems of this value, by path. Only the first one at each path is kept. */
export function complaints(schema: z.ZodType, value: unknown): { path: Path; message: string }[] {
  const { error } = schema.safeParse(value, { reportInput: true });
  const all = (error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: `unknown key; ${meant(key, issue.message.split(', '))}`,
        }))
      : [{ path: issue.path, message: sentence(issue) }],
  );
  return [...Map.groupBy(all, ({ path }) => JSON.stringify(path)).values()].flatMap(([first]) => first ?? []);
}

/** `overrides[0].keepLatest` */
export function written(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? printable(String(part)) : `${text}.${printable(String(part))}`;
  }, '');
}

/** A contradiction has a whole sentence; other messages list the allowed values (see schema.ts). */
function sentence({ code, message, input }: z.core.$ZodIssue): string {
  return code === 'custom' || code === 'invalid_union' ? message : `given ${shown(input)}, allowed: ${message}`;
}

function asLine({ file, line, path, message }: Problem): string {
  return [line === undefined ? file : `${file}:${line}`, path, message].filter((part) => part !== '').join(': ');
}

// Parses settings from a value in memory, such as the JSON packed with the function. A separate file, so that the
// function does not load a YAML parser.
import { withNewNames } from './renamed.ts';
import { complaints, SettingsError, written, type Path, type Problem } from './problems.ts';
import { settingsSchema, type Settings } from './schema.ts';

export const defaults: Settings = settingsSchema.parse({});

/** Facts that only the text of the file has. */
type Text = {
  readonly lineOf: (path: Path) => number | undefined;
  /** Problems of the text. No other problem is reported at the same place. */
  readonly problems: readonly Problem[];
};

export function parseSettings(
  value: unknown,
  file: string,
  text: Text = { lineOf: () => undefined, problems: [] },
): Settings {
  const { value: current, path: pathIn, problems: conflicts } = withNewNames(value);
  const found = [...conflicts, ...complaints(settingsSchema, current)]
    .map(({ path, message }) => ({ path: pathIn(path), message }))
    .map(({ path, message }) => ({ file, line: text.lineOf(path), path: written(path), message }))
    .filter(({ path }) => !text.problems.some((problem) => problem.path === path));
  const problems = [...text.problems, ...found];
  if (problems.length > 0) throw new SettingsError(problems.toSorted(byLine));
  return settingsSchema.parse(current);
}

function byLine(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0);
}

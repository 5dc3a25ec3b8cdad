// Compares the survivors of a mutation run with the list of equivalent mutants. They are matched by content, because an
// edit above a line must not matter.
import { z } from 'zod';

/** The part of Stryker's JSON report that is read here.
 *  https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema */
export const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.string(),
          replacement: z.string().default(''),
          location: z.object({ start: place(), end: place() }),
        }),
      ),
    }),
  ),
});

/** A mutant without an effect that a test could detect. */
export const equivalentSchema = z.array(
  z.strictObject({
    file: z.string(),
    /** The whole line in which the mutant begins, without its indentation. */
    line: z.string(),
    original: z.string(),
    replacement: z.string(),
    /** One sentence. */
    reason: z.string().regex(/^[A-Z].+\.$/s),
  }),
);

type Equivalent = z.infer<typeof equivalentSchema>[number];
type Mutant = Omit<Equivalent, 'reason'> & { readonly at: number };

/** Stryker's states of a mutant that no test detected. */
const UNNOTICED: ReadonlySet<string> = new Set(['Survived', 'NoCoverage', 'RuntimeError', 'Pending']);

export interface Findings {
  readonly mutants: number;
  readonly survivors: readonly Mutant[];
  /** Entries of mutated files without such a survivor. */
  readonly stale: readonly Equivalent[];
}

export function compare({ files }: z.infer<typeof reportSchema>, equivalents: readonly Equivalent[]): Findings {
  const unnoticed = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => UNNOTICED.has(status))
      .map(({ location: { start, end }, replacement }) => ({
        file,
        at: start.line,
        line: (source.split('\n')[start.line - 1] ?? '').trim(),
        original: oneLine(source.slice(offset(source, start), offset(source, end))),
        replacement: oneLine(replacement),
      })),
  );
  const known = new Set(equivalents.map(keyOf));
  const met = new Set(unnoticed.map(keyOf));
  return {
    mutants: Object.values(files)
      .flatMap(({ mutants }) => mutants)
      .filter(({ status }) => status !== 'Ignored').length,
    survivors: unnoticed.filter((one) => !known.has(keyOf(one))),
    stale: equivalents.filter((one) => one.file in files && !met.has(keyOf(one))),
  };
}

function keyOf({ file, line, original, replacement }: Omit<Equivalent, 'reason'>): string {
  return JSON.stringify([file, line, original, replacement]);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function offset(source: string, { line, column }: { line: number; column: number }): number {
  const before = source.split('\n').slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, column - 1);
}

function place() {
  return z.object({ line: z.number(), column: z.number() });
}

// The settings of one family. Decisions see no other settings.
import { compile } from './match.ts';
import type { Settings } from './schema.ts';

export type FamilyPolicy = {
  readonly keepLatest: number;
  readonly minAgeDays: number;
  /** Why the family is protected, in words that follow "protected:". */
  readonly protectedBy?: string | undefined;
};

/** The first override that matches gives the numbers. Any that matches may protect. */
export function policyOf(family: string, settings: Settings): FamilyPolicy {
  const { allowLists, overrides } = matchersOf(settings);
  const matching = overrides.filter(({ matches }) => matches(family)).map(({ override }) => override);
  const protecting = matching.filter(({ protect }) => protect === true);
  const outside = allowLists.filter(({ globs }) => !globs.some(({ matches }) => matches(family)));
  const why = [
    ...protecting.slice(0, 1).map(({ families }) => `families matching ${families}`),
    ...outside.map(({ globs, of }) => `outside ${of} ${listed(globs.map(({ text }) => text))}`),
  ];
  return {
    keepLatest: matching[0]?.keepLatest ?? settings.keepLatest,
    minAgeDays: matching[0]?.minAgeDays ?? settings.minAgeDays,
    ...(why.length > 0 && { protectedBy: why.join('; ') }),
  };
}

/** The first override that matches a family, by its place in the settings. */
export function overrideOf(
  family: string,
  settings: Settings,
): { readonly at: number; readonly families: string } | undefined {
  const at = matchersOf(settings).overrides.findIndex(({ matches }) => matches(family));
  const override = settings.overrides[at];
  return override === undefined ? undefined : { at, families: override.families };
}

/** The globs that match no family: misspelt, or for families that no longer exist. `*` cannot be misspelt, and an
 *  account without families has no such globs. */
export function globsWithoutMatch(families: Iterable<string>, settings: Settings): string[] {
  const { allowLists, overrides } = matchersOf(settings);
  let unmatched = [
    ...allowLists.flatMap(({ globs, of }) => globs.map((glob, at) => ({ glob, where: `${of}[${at}]` }))),
    ...overrides.map((glob, at) => ({ glob, where: `overrides[${at}]` })),
  ].filter(({ glob }) => glob.text !== '*');
  for (const family of families) {
    if (unmatched.length === 0) break;
    unmatched = unmatched.filter(({ glob }) => !glob.matches(family));
  }
  return unmatched.map(({ where, glob }) => `${where} "${glob.text}"`);
}

/** An account has thousands of families and one settings object, so every glob is compiled once for it. */
const compiled = new WeakMap<Settings, ReturnType<typeof compileAll>>();

function matchersOf(settings: Settings) {
  const matchers = compiled.get(settings) ?? compileAll(settings);
  compiled.set(settings, matchers);
  return matchers;
}

function compileAll({ families, runFamilies = [], overrides }: Settings) {
  const globs = (list: readonly string[]) => list.map((text) => ({ text, matches: compile(text) }));
  return {
    allowLists: [
      { of: 'families', globs: globs(families) },
      ...runFamilies.map((list) => ({ of: "this run's families", globs: globs(list) })),
    ],
    overrides: overrides.map((override) => {
      const text = override.families;
      return { text, matches: compile(text), override };
    }),
  };
}

/** The first five are enough to recognise a long list. */
function listed(globs: readonly string[]): string {
  const more = globs.length > 5 ? ` and ${globs.length - 5} more` : '';
  return `${globs.slice(0, 5).join(', ')}${more}`;
}

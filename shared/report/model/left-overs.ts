// Notes on what is left over in the account and could be deleted: CodeDeploy groups without a service, and stacks that the ECS
// console made. Suggestions: nothing of it needs the operator.
import type { Reference, UnresolvedReference } from '../../domain/evidence.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import type { Plan } from '../../plan/verdict.ts';
import { nameOf } from '../../domain/revision.ts';
import { regionOption } from '../text/commands.ts';
import { formatCount, joinList } from '../text/wording.ts';

/** A note has 300 characters in a mail; the rest is in the JSON. */
const MOST_NAMES = 5;

/** @param groups deployment groups, by what they would deploy to services that do not exist */
export function listLeftovers(plan: Plan, groups: readonly UnresolvedReference[]): string[] {
  return [...withoutService(groups), ...consoleStacks(plan)];
}

/** A group says the same of its target, its last deployment and the one before. */
function withoutService(groups: readonly UnresolvedReference[]): string[] {
  const names = [...new Set(groups.map(({ referrer }) => shortName(referrer)))];
  if (names.length === 0) return [];
  const services = names.length === 1 ? 'its services no longer exist' : 'their services no longer exist';
  return [`The AppSpec of ${joinList(names, MOST_NAMES)} holds nothing, since ${services}`];
}

/** Deleting such a stack deregisters its revision, so only those are told whose revision nothing else keeps. */
function consoleStacks({ families }: Plan): string[] {
  const kept = families.flatMap(({ family, spans }) =>
    spans.flatMap(({ ranges, verdict }) => {
      const [only, ...more] = verdict.verdict === 'keep' ? verdict.reasons : [];
      if (only?.rule !== 'referenced' || more.length > 0) return [];
      const isAlone = only.by.every(({ isConsoleStack }: Reference) => isConsoleStack === true);
      const [first] = only.by;
      return isAlone && first !== undefined
        ? [{ who: first.referrer, name: nameOf({ family, number: ranges[0]?.from ?? 0 }) }]
        : [];
    }),
  );
  const [first] = kept;
  if (first === undefined) return [];
  const [, region = '', stack = ''] =
    /^arn:[^:]*:cloudformation:([^:]*):[^:]*:stack\/([^/]*)/.exec(first.who) ?? [];
  const command = `aws cloudformation delete-stack --stack-name ${stack}${regionOption({ target: { region } })}`;
  const names = joinList(
    kept.map(({ name }) => name),
    MOST_NAMES,
  );
  return [
    `Only stacks that the ECS console made before 12 January 2023 keep ${formatCount(kept.length, 'revision')}. Deleting one deregisters its revision: ${command} (${names})`,
  ];
}

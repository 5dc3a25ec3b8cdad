// Notes for the operator that ask for nothing: accepted unresolved references, and resources that could be deleted.
import type { Reference, UnresolvedReference } from '../../domain/evidence.ts';
import { nameOf } from '../../domain/revision.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import type { Plan } from '../../plan/verdict.ts';
import { regionOption } from '../text/commands.ts';
import { formatCount, joinList } from '../text/wording.ts';

/** Accepted by `unresolvedReferences: report`. Each is listed: accepting is never silent. */
export function listAcceptedReferences(plan: Plan | undefined): string[] {
  const families = plan?.families.map(({ family }) => family) ?? [];
  const any = families.length === 1 ? '' : ` any of ${formatCount(families.length, 'family')}:`;
  return (plan?.accepted ?? []).map(
    ({ referrer, description }) =>
      `${shortName(referrer)} ${description}. It may resolve to${any} ${joinList(families, 3)}, which unresolvedReferences: report accepts`,
  );
}

/** A mail shows 300 characters of a note; the JSON document has the rest. */
const MOST_NAMES = 5;

/** @param groups unresolved references of CodeDeploy groups whose services no longer exist */
export function listLeftovers(plan: Plan, groups: readonly UnresolvedReference[]): string[] {
  return [...groupsWithoutService(groups), ...consoleStacks(plan)];
}

/** A group yields one reference for its target and two for its last deployments. */
function groupsWithoutService(groups: readonly UnresolvedReference[]): string[] {
  const names = [...new Set(groups.map(({ referrer }) => shortName(referrer)))];
  if (names.length === 0) return [];
  const services = names.length === 1 ? 'its services no longer exist' : 'their services no longer exist';
  return [`The AppSpec of ${joinList(names, MOST_NAMES)} holds nothing, since ${services}`];
}

/** Deleting a console stack deregisters its revision, so only stacks that alone keep theirs are listed. */
function consoleStacks({ families }: Plan): string[] {
  const kept = families.flatMap(({ family, spans }) =>
    spans.flatMap(({ ranges, verdict }) => {
      const [only, ...more] = verdict.verdict === 'keep' ? verdict.reasons : [];
      if (only?.rule !== 'referenced' || more.length > 0) return [];
      const isAlone = only.by.every(({ isConsoleStack }: Reference) => isConsoleStack === true);
      const [first] = only.by;
      return isAlone && first !== undefined
        ? [{ referrer: first.referrer, name: nameOf({ family, number: ranges[0]?.from ?? 0 }) }]
        : [];
    }),
  );
  const [first] = kept;
  if (first === undefined) return [];
  const [, region = '', stack = ''] =
    /^arn:[^:]*:cloudformation:([^:]*):[^:]*:stack\/([^/]*)/.exec(first.referrer) ?? [];
  const command = `aws cloudformation delete-stack --stack-name ${stack}${regionOption({ target: { region } })}`;
  const names = kept.map(({ name }) => name);
  return [
    `Only stacks that the ECS console made before 12 January 2023 keep ${formatCount(kept.length, 'revision')}. Deleting one deregisters its revision: ${command} (${joinList(names, MOST_NAMES)})`,
  ];
}

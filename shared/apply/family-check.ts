// Lists a family as it is now, newest first, and compares it with the plan.
import { type ECSClient, paginateListTaskDefinitions, type TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import { isAmong, nameOf, parseReferenceTarget, type Ranges, type Revision, type Target } from '../domain/revision.ts';
import type { Policy } from '../plan/policy.ts';
import { ageBoundary, day } from '../plan/rules/rule.ts';
import { describe } from '../aws/describe.ts';

export interface CheckOptions {
  readonly policy: Policy;
  readonly target: Target;
  /** The plan's `asOf`, so that the age boundary does not move during a run. */
  readonly asOf: number;
  /** For each retired family, the ACTIVE revisions when the plan was made, ascending. */
  readonly retired?: ReadonlyMap<string, Ranges>;
  /** Receives the newest ACTIVE revision of each family that is listed. */
  readonly onNewest?: (revision: Revision) => void;
}

/** Each page adds at least one newer revision if AWS keeps to the order. The rest allows for empty pages, and for a hundred
 *  thousand older revisions in case the order is another. */
const SPARE_PAGES = 1_000;
const NO_END = "its family's list does not end";

/** Why a revision stays: fewer than N newer revisions are ACTIVE. A registration or deregistration since the plan was made
 *  cannot turn it into one of the newest N. N is at least 1, since the newest always stays. */
export async function familyBlocker(
  ecs: ECSClient,
  { family, number }: Revision,
  options: CheckOptions,
): Promise<string | undefined> {
  const wanted = Math.max(1, options.policy.of(family).keepLatest);
  const newer = new Set<number>();
  for await (const page of pages(ecs, family, 'ACTIVE', wanted, wanted + SPARE_PAGES)) {
    if (page === 'endless') return NO_END;
    for (const arn of page) {
      const found = numberIn(arn, family, options);
      if (typeof found === 'string') return found;
      if (found > number && newer.size === 0) options.onNewest?.({ family, number: found });
      if (found > number) newer.add(found);
      if (newer.size >= wanted) return undefined;
    }
  }
  return `no longer older than the newest ${wanted} of its family`;
}

/** Why a revision of a retired family stays. The first page must begin with the newest revision of the plan, which is
 *  deregistered last, and must list nothing that the plan did not have. */
export async function retiredFamilyBlocker(
  ecs: ECSClient,
  { family }: Revision,
  decided: Ranges,
  options: CheckOptions,
): Promise<string | undefined> {
  const wanted = decided.at(-1)?.upto ?? 0;
  for await (const page of pages(ecs, family, 'ACTIVE', 100, SPARE_PAGES)) {
    if (page === 'endless') return NO_END;
    if (page.length === 0) continue;
    let before = Infinity;
    for (const arn of page) {
      const number = numberIn(arn, family, options);
      if (typeof number === 'string') return number;
      const name = nameOf({ family, number });
      if (before === Infinity) options.onNewest?.({ family, number });
      if (number > wanted) return `its family is not retired any more: ${name} was registered meanwhile`;
      if (!isAmong(number, decided) || number >= before)
        return `its family's list is not that of the plan: it holds ${name}`;
      if (before === Infinity && number !== wanted)
        return `its family's list is not that of the plan: ${family}:${wanted} is not in it`;
      before = number;
    }
    return laterRegistration(ecs, { family, number: wanted }, options);
  }
  return "its family's list is empty";
}

/** A revision that was registered after the newest one, and deregistered since, is still a sign of life. */
async function laterRegistration(
  ecs: ECSClient,
  { family, number }: Revision,
  options: CheckOptions,
): Promise<string | undefined> {
  for await (const page of pages(ecs, family, 'INACTIVE', 1, SPARE_PAGES)) {
    if (page === 'endless') return NO_END;
    const [arn] = page;
    if (arn === undefined) continue;
    const former = numberIn(arn, family, options);
    if (typeof former === 'string') return former;
    if (former < number) return undefined;
    const name = nameOf({ family, number: former });
    const { output } = await describe(ecs, name);
    const boundary = ageBoundary(options.asOf, options.policy.retireFamiliesAfterDays);
    const at = output.taskDefinition?.registeredAt?.getTime() ?? NaN;
    if (at < boundary) return undefined;
    return `its family is not retired any more: ${name} was registered since ${day(boundary)}`;
  }
  return undefined;
}

/** Despite its name, `familyPrefix` is a whole family name here: `web` does not list `web-admin`.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
async function* pages(
  ecs: ECSClient,
  family: string,
  status: TaskDefinitionStatus,
  pageSize: number,
  limit: number,
): AsyncGenerator<readonly string[] | 'endless'> {
  const input = { familyPrefix: family, status, sort: 'DESC', maxResults: Math.min(100, pageSize) } as const;
  let count = 0;
  for await (const { taskDefinitionArns } of paginateListTaskDefinitions({ client: ecs }, input)) {
    if (taskDefinitionArns === undefined) throw new Error('the answer has no list');
    yield ++count > limit ? 'endless' : taskDefinitionArns;
  }
}

/** The number of an ARN in the family's list; a reason to keep the revision where it is none. */
function numberIn(arn: string, family: string, { target }: CheckOptions): number | string {
  const parsed = parseReferenceTarget(arn, target);
  return parsed.kind === 'revision' && parsed.family === family ? parsed.number : `its family's list holds ${arn}`;
}

// Checks the sandbox's assumptions about ECS on a real account: order, page sizes, growing dates, known members.
import { ecsReader } from '../aws/ecs.ts';
import { isObject } from '../domain/objects.ts';
import { DescribeTaskDefinitionCommand, type ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { unknownMembers } from '../aws/unknown-members.ts';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import { byName, parseReferenceTarget, type Revision, type Target } from '../domain/revision.ts';
import { runCheck, type Check, differs, notChecked, ok } from './check.ts';

/** How many revisions of one family are described. */
const DESCRIBED = 5;
/** The largest page of ListTaskDefinitions. */
const PAGE = 100;

/** Keeps raw answers, with members that the SDK drops. */
class RawTally extends Tally {
  readonly raw: unknown[] = [];
  override search(answer: unknown): void {
    this.raw.push(answer);
  }
}

export async function checkAssumptions(aws: Aws, target: Target): Promise<Check[]> {
  const tally = new RawTally();
  const client = ecsReader(aws, tally);
  return runCheck('listing of revisions', async () => {
    const page = await client.send(new ListTaskDefinitionsCommand({ sort: 'ASC', maxResults: PAGE }));
    const arns = page.taskDefinitionArns ?? [];
    const revisions = arns.flatMap((arn) => {
      const parsed = parseReferenceTarget(arn, target);
      return parsed.kind === 'revision' ? [{ family: parsed.family, number: parsed.number }] : [];
    });
    return [
      pageSize(arns.length, page.nextToken !== undefined),
      order(revisions, arns.length),
      ...(await described(client, tally, longestFamily(revisions))),
      ...(await inactive(client)),
    ];
  });
}

function pageSize(items: number, goesOn: boolean): Check {
  const saw = `${items} of at most ${PAGE}, ${goesOn ? 'and more follow' : 'and that is all'}`;
  return (items > PAGE || (goesOn && items < PAGE) ? differs : ok)('page size', saw);
}

function order(revisions: readonly Revision[], items: number): Check {
  if (revisions.length < items) return differs('listing order', `${items - revisions.length} foreign ARNs`);
  if (items < 2) return notChecked('listing order', `${items} revisions`);
  const wrong = revisions.findIndex((one, index) => {
    const before = revisions[index - 1];
    return before !== undefined && isBefore(one, before);
  });
  return wrong === -1
    ? ok('listing order', `${items} revisions by family and number`)
    : differs('listing order', `entry ${wrong + 1} of ${items} is out of order`);
}

function isBefore(one: Revision, other: Revision): boolean {
  const families = byName(one.family, other.family);
  return families < 0 || (families === 0 && one.number <= other.number);
}

function longestFamily(revisions: readonly Revision[]): readonly Revision[] {
  const families = Map.groupBy(revisions, ({ family }) => family);
  return [...families.values()].reduce<readonly Revision[]>(
    (longest, one) => (one.length > longest.length ? one : longest),
    [],
  );
}

async function described(client: ECSClient, tally: RawTally, family: readonly Revision[]): Promise<readonly Check[]> {
  const names = ['growing dates', 'known members', 'registeredBy'];
  if (family.length === 0) return names.map((name) => notChecked(name, 'no ACTIVE revision'));
  return runCheck('description of revisions', async () => {
    const step = Math.max(1, Math.ceil(family.length / DESCRIBED));
    const chosen = family.filter((_, index) => index % step === 0);
    const dates: number[] = [];
    const registrars = new Set<string>();
    tally.raw.length = 0;
    for (const { family: name, number } of chosen) {
      const command = new DescribeTaskDefinitionCommand({ taskDefinition: `${name}:${number}` });
      const { taskDefinition } = await client.send(command);
      dates.push(taskDefinition?.registeredAt?.getTime() ?? Number.NaN);
      registrars.add(formOf(taskDefinition?.registeredBy));
    }
    const unknown = new Set(
      tally.raw.flatMap((raw) => unknownMembers(isObject(raw) ? raw['taskDefinition'] : undefined)).map(lastOf),
    );
    const grows = dates.every((date, index) => index === 0 || date >= (dates[index - 1] ?? Infinity));
    const count = `${chosen.length} revisions of one family`;
    return [
      chosen.length < 2 ? notChecked('growing dates', 'one revision') : (grows ? ok : differs)('growing dates', count),
      unknown.size === 0
        ? ok('known members', count)
        : differs('known members', `new: ${[...unknown].sort().join(', ')}`),
      (registrars.has('another form') ? differs : ok)('registeredBy', [...registrars].sort().join(', ')),
    ];
  });
}

/** AWS's name of a member. The path before it may contain a key of the user. */
function lastOf(path: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1).replace(/\[\d+\]$/, '');
  return /^[A-Za-z]{1,64}$/.test(name) ? name : 'a member of another form';
}

function formOf(registeredBy: string | undefined): string {
  if (registeredBy === undefined) return 'absent';
  if (/^arn:[^:]+:sts::\d{12}:assumed-role\/[^/]+\/[^/]+$/.test(registeredBy)) return 'role session';
  if (/^arn:[^:]+:iam::\d{12}:(user|root)/.test(registeredBy)) return 'user';
  return 'another form';
}

/** restore compares with INACTIVE revisions while AWS shows them. */
async function inactive(client: ECSClient): Promise<readonly Check[]> {
  const name = 'INACTIVE described';
  return runCheck(name, async () => {
    const page = await client.send(new ListTaskDefinitionsCommand({ status: 'INACTIVE', maxResults: 1 }));
    const [arn] = page.taskDefinitionArns ?? [];
    if (arn === undefined) return notChecked(name, 'no INACTIVE revision');
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
    const { taskDefinition } = await client.send(command);
    const isWhole = taskDefinition?.status === 'INACTIVE' && taskDefinition.containerDefinitions !== undefined;
    return (isWhole ? ok : differs)(name, `status ${String(taskDefinition?.status)}`);
  });
}

// The guard `fresh`, its last part: just before a revision goes it is described again and its family is listed again,
// newest first. What was decided minutes ago must still be true of the revision itself.
import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type DescribeTaskDefinitionCommandOutput,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import { ageBoundary, day } from '../plan/rules/rule.ts';
import type { Policy } from '../plan/decide.ts';
import { protectingTag } from '../domain/protect-tag.ts';
import { awsRegistrar, registrarGlob } from '../domain/registrar.ts';
import { isAmong, nameOf, parseNaming, type Ranges, type Revision, type Target } from '../domain/revision.ts';
import { registrable } from './registrable.ts';
import { unknownMembers } from './unknown-members.ts';

export type Look =
  | { readonly is: 'as decided'; readonly seen: Seen }
  /** INACTIVE, or on its way to deletion: somebody else was first. */
  | { readonly is: 'gone' }
  | { readonly is: 'spared'; readonly says: string };

/** What AWS says that it is, before the SDK dropped what it does not know. */
export interface Seen {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export interface LookOptions {
  readonly policy: Policy;
  readonly target: Target;
  /** The plan's `asOf`: the boundary between old and young does not move during a run. */
  readonly asOf: number;
  /** What was ACTIVE of each family that is retired as a whole, when that was decided; ascending. */
  readonly retired?: ReadonlyMap<string, Ranges>;
  /** Told the newest ACTIVE revision of each family that is listed. */
  readonly newest?: (revision: Revision) => void;
}

/** @throws what the SDK throws, and on an answer about nothing: a look that fails lets nothing go */
export async function lookAgain(ecs: ECSClient, revision: Revision, options: LookOptions): Promise<Look> {
  const own = await lookAtRevision(ecs, revision, options);
  if (own.is !== 'as decided') return own;
  const decided = options.retired?.get(revision.family);
  const family =
    decided === undefined
      ? await lookAtFamily(ecs, revision, options)
      : await lookAtRetired(ecs, revision, decided, options);
  return family ?? own;
}

/** Tags come only when they are asked for: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
async function lookAtRevision(
  ecs: ECSClient,
  revision: Revision,
  { policy, target, asOf, retired }: LookOptions,
): Promise<Look> {
  const name = nameOf(revision);
  const { output, raw } = await describe(ecs, name);
  const { taskDefinition, tags = [] } = output;
  if (taskDefinition === undefined) throw new Error('the answer describes nothing');
  if (!isSame(taskDefinition.taskDefinitionArn, revision, target)) {
    return spared(`the answer describes ${taskDefinition.taskDefinitionArn ?? 'something without ARN'}`);
  }
  // `status` is read as text: a state that this version does not know must not be taken for one that it does.
  const status: string = taskDefinition.status ?? 'missing';
  if (status === 'INACTIVE' || status === 'DELETE_IN_PROGRESS') return { is: 'gone' };
  if (status !== 'ACTIVE') return spared(`its status is ${status}`);
  const tag = protectingTag(policy.protectTags, tags);
  if (tag !== undefined) return spared(`tagged ${tag}`);
  const registrar = awsRegistrar(taskDefinition.registeredBy);
  if (registrar !== undefined) return spared(`registered by ${registrar}`);
  const glob = registrarGlob(taskDefinition.registeredBy, policy.protectRegisteredBy);
  if (glob !== undefined) return spared(`registered by ${glob}`);
  if (raw === undefined) return spared('what it holds could not be read as AWS sent it');
  const [unknown] = unknownMembers(raw);
  if (unknown !== undefined) return spared(`its ${unknown} is nothing that this version knows`);
  const made = registrable(raw, tags);
  if ('leftover' in made) return spared(`its ${made.leftover} could not be registered again`);
  // A family is retired only where its newest, and so every one, was registered before the days began.
  const minAgeDays = Math.max(
    policy.of(revision.family).minAgeDays,
    retired?.has(revision.family) === true ? policy.retireFamiliesAfterDays : 0,
  );
  const boundary = ageBoundary(asOf, minAgeDays);
  // NaN is what the SDK makes of a date beyond all dates.
  const registeredAt = taskDefinition.registeredAt?.getTime() ?? NaN;
  const seen = {
    definition: raw,
    tags: tags.map(({ key = '', value = '' }) => ({ key, value })),
  };
  if (minAgeDays === 0 || registeredAt < boundary) return { is: 'as decided', seen };
  return spared(
    Number.isNaN(registeredAt) ? 'its age could not be read' : `registered since ${day(boundary)}`,
  );
}

/** The answer as the SDK understands it, and what the task definition was before it dropped what it does not know. */
export async function describe(
  ecs: ECSClient,
  name: string,
): Promise<{ output: DescribeTaskDefinitionCommandOutput; raw: Seen['definition'] | undefined }> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] });
  let raw: Seen['definition'] | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      raw = taskDefinitionIn(result.response);
      return result;
    },
    { step: 'deserialize', priority: 'high' },
  );
  const output = await ecs.send(command);
  return { output, raw };
}

export function taskDefinitionIn(response: unknown): Seen['definition'] | undefined {
  if (typeof response !== 'object' || response === null || !('body' in response)) return undefined;
  if (!(response.body instanceof Uint8Array)) return undefined;
  const answer: unknown = JSON.parse(new TextDecoder().decode(response.body));
  if (typeof answer !== 'object' || answer === null || !('taskDefinition' in answer)) return undefined;
  const { taskDefinition: raw } = answer;
  return typeof raw === 'object' && raw !== null ? { ...raw } : undefined;
}

/** A page brings one newer revision at least where AWS keeps to the order. What comes on top is for pages that are empty,
 *  and for a hundred thousand older ones should the order be another. */
const SPARE_PAGES = 1_000;

/** Nothing where there are N newer ones: counts them in the family as it is now, newest first, so that nothing which was registered or
 *  deregistered meanwhile can make this revision one of them. N is at least 1: the newest always stays. */
async function lookAtFamily(
  ecs: ECSClient,
  { family, number }: Revision,
  { policy, target, newest }: LookOptions,
): Promise<Look | undefined> {
  const wanted = Math.max(1, policy.of(family).keepLatest);
  const newer = new Set<number>();
  let pages = 0;
  // Despite its name, `familyPrefix` is the whole family's name here: `web` does not list `web-admin`.
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html
  const input = {
    familyPrefix: family,
    status: 'ACTIVE',
    sort: 'DESC',
    maxResults: Math.min(100, wanted),
  } as const;
  for await (const { taskDefinitionArns } of paginateListTaskDefinitions({ client: ecs }, input)) {
    if (taskDefinitionArns === undefined) throw new Error('the answer has no list');
    if (++pages > wanted + SPARE_PAGES) return spared("its family's list does not end");
    for (const arn of taskDefinitionArns) {
      const naming = parseNaming(arn, target);
      if (naming.kind !== 'revision' || naming.family !== family)
        return spared(`its family's list holds ${arn}`);
      if (naming.number > number && newer.size === 0) newest?.({ family, number: naming.number });
      if (naming.number > number) newer.add(naming.number);
      if (newer.size >= wanted) return undefined;
    }
  }
  return spared(`no longer older than the newest ${wanted} of its family`);
}

/** Nothing where a family that is retired is as it was decided on: the first page, newest first, begins with the newest of that
 *  time, which is deregistered last, and holds nothing that was not there. */
async function lookAtRetired(
  ecs: ECSClient,
  revision: Revision,
  decided: Ranges,
  options: LookOptions,
): Promise<Look | undefined> {
  const { family } = revision;
  const { target, newest } = options;
  const wanted = decided.at(-1)?.upto ?? 0;
  const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 } as const;
  let pages = 0;
  for await (const { taskDefinitionArns } of paginateListTaskDefinitions({ client: ecs }, input)) {
    if (taskDefinitionArns === undefined) throw new Error('the answer has no list');
    if (++pages > SPARE_PAGES) return spared("its family's list does not end");
    if (taskDefinitionArns.length === 0) continue;
    let before = Infinity;
    for (const arn of taskDefinitionArns) {
      const naming = parseNaming(arn, target);
      if (naming.kind !== 'revision' || naming.family !== family)
        return spared(`its family's list holds ${arn}`);
      if (before === Infinity) newest?.({ family, number: naming.number });
      if (naming.number > wanted)
        return spared(`its family is not retired any more: ${nameOf(naming)} was registered meanwhile`);
      if (!isAmong(naming.number, decided) || naming.number >= before)
        return spared(`its family's list is not the one that was decided on: it holds ${nameOf(naming)}`);
      if (before === Infinity && naming.number !== wanted)
        return spared(
          `its family's list is not the one that was decided on: ${family}:${wanted} is not in it`,
        );
      before = naming.number;
    }
    return lookAtFormer(ecs, { family, number: wanted }, options);
  }
  return spared("its family's list is empty");
}

/** A registration whose revision was deregistered since is one all the same: the newest INACTIVE revision tells of it. */
async function lookAtFormer(
  ecs: ECSClient,
  { family, number }: Revision,
  { policy, target, asOf }: LookOptions,
): Promise<Look | undefined> {
  const input = { familyPrefix: family, status: 'INACTIVE', sort: 'DESC', maxResults: 1 } as const;
  let pages = 0;
  for await (const { taskDefinitionArns } of paginateListTaskDefinitions({ client: ecs }, input)) {
    if (taskDefinitionArns === undefined) throw new Error('the answer has no list');
    if (++pages > SPARE_PAGES) return spared("its family's list does not end");
    const [arn] = taskDefinitionArns;
    if (arn === undefined) continue;
    const former = parseNaming(arn, target);
    if (former.kind !== 'revision' || former.family !== family)
      return spared(`its family's list holds ${arn}`);
    if (former.number < number) return undefined;
    const { output } = await describe(ecs, nameOf(former));
    const boundary = ageBoundary(asOf, policy.retireFamiliesAfterDays);
    const at = output.taskDefinition?.registeredAt?.getTime() ?? NaN;
    if (at < boundary) return undefined;
    return spared(
      `its family is not retired any more: ${nameOf(former)} was registered since ${day(boundary)}`,
    );
  }
  return undefined;
}

/** What a revision reads, in words that follow on "it reads": never what another one does. */
export function statusIn(
  answer: DescribeTaskDefinitionCommandOutput['taskDefinition'],
  revision: Revision,
  target: Target,
): string {
  if (answer !== undefined && !isSame(answer.taskDefinitionArn, revision, target))
    return `as ${answer.taskDefinitionArn ?? 'something without ARN'}`;
  return answer?.status ?? 'no status';
}

export function isSame(arn: string | undefined, { family, number }: Revision, target: Target): boolean {
  const naming = parseNaming(arn ?? '', target);
  return naming.kind === 'revision' && naming.family === family && naming.number === number;
}

function spared(says: string): Look {
  return { is: 'spared', says };
}

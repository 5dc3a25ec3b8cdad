// Decides from a service's history which deployments are in progress, which succeeded, and which are recent. Pure, and
// apart from the calls, because it determines what a rollback can pick.
import type { ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { keyByWord } from '../domain/objects.ts';
import { meaningOf } from './common/documented.ts';
import { Incomplete } from './common/incomplete.ts';

/** All states that ECS documents. Another state may mean anything, so it holds the run.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html */
const states = keyByWord({
  'in progress': 'PENDING IN_PROGRESS STOP_REQUESTED ROLLBACK_REQUESTED ROLLBACK_IN_PROGRESS',
  succeeded: 'SUCCESSFUL',
  'rolled back': 'ROLLBACK_SUCCESSFUL',
  failed: 'STOPPED ROLLBACK_FAILED',
});

/** How many successfully deployed service revisions a rollback may pick. ECS picks the last one. The one before
 *  covers a deployment that counts as successful while its tasks still start, and fails afterwards.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html */
const PICKS = 2;

export interface PastDeployment {
  readonly arn: string;
  readonly outcome: 'in progress' | 'succeeded' | 'rolled back' | 'failed';
  /** The service revision that it deploys or deployed. */
  readonly target: string;
  /** When it began, in milliseconds since the epoch; Infinity when unknown. */
  readonly began: number;
  /** The time of its last known event. */
  readonly last: number;
}

/** @returns the newest first: AWS documents no order
 *  @throws Incomplete on an unknown state, and on a deployment without a target */
export function historyOf(briefs: readonly ServiceDeploymentBrief[]): PastDeployment[] {
  const all = new Map(briefs.map((brief) => [brief.serviceDeploymentArn, pastDeploymentOf(brief)])); // a page may come twice
  return [...all.values()].toSorted((a, b) => (a.began === b.began ? 0 : b.began - a.began));
}

function pastDeploymentOf(brief: ServiceDeploymentBrief): PastDeployment {
  const { serviceDeploymentArn: arn, targetServiceRevisionArn: target, status } = brief;
  if (arn === undefined) throw new Incomplete('the history has a deployment without ARN');
  if (target === undefined) throw new Incomplete(`${arn} has no target`);
  const outcome = meaningOf(states, status, `${arn}: status`);
  const times = [brief.createdAt, brief.startedAt, brief.finishedAt].map((time) => time?.getTime() ?? NaN);
  const known = times.filter((time) => !Number.isNaN(time));
  const began = brief.createdAt?.getTime() ?? NaN;
  return {
    arn,
    outcome,
    target,
    began: Number.isNaN(began) ? Infinity : began,
    last: known.length === 0 ? Infinity : Math.max(...known),
  };
}

/** The deployments whose brief says too little: those in progress (from where?) and rolled back (to where?), if a
 *  rollback or the last days may depend on them; and the first success of a history that is too short to show the
 *  one before. */
export function toDescribe(history: readonly PastDeployment[], usedSince: number): PastDeployment[] {
  const targets = new Set<string>();
  const first = firstOf(history);
  return history.filter((one) => {
    const { outcome, target, began, last } = one;
    const mayBePicked = targets.size < PICKS || began === Infinity;
    if (outcome === 'succeeded' && began !== Infinity) targets.add(target);
    return (
      outcome === 'in progress' || (outcome === 'rolled back' && (mayBePicked || last >= usedSince)) || one === first
    );
  });
}

/** The earliest success of a history with fewer than a rollback may pick from. What was deployed before it is no
 *  longer listed, but is its source. */
function firstOf(history: readonly PastDeployment[]): PastDeployment | undefined {
  const successes = history.filter(({ outcome }) => outcome === 'succeeded');
  return new Set(successes.map(({ target }) => target)).size < PICKS ? successes.at(-1) : undefined;
}

/** The roles of a history's service revisions, by ARN. */
export interface Roles {
  /** The targets of deployments in progress. */
  readonly deploys: ReadonlySet<string>;
  /** Their sources, and what they already roll back to. */
  readonly leaves: ReadonlySet<string>;
  /** The revisions that the next rollback may pick: the last successful ones, each once, since a rollback creates none. */
  readonly picks: ReadonlySet<string>;
  /** The source of a history that is too short. ECS may no longer describe it. */
  readonly before: ReadonlySet<string>;
  /** Recently deployed, with the last time. */
  readonly used: ReadonlyMap<string, number>;
  /** ECS does not say where a deployment comes from, or what it rolled back to. */
  readonly isIncomplete: boolean;
}

/** @param described ECS's description of the deployments from toDescribe() */
export function rolesOf(
  history: readonly PastDeployment[],
  described: ReadonlyMap<string, ServiceDeployment>,
  { usedSince, now }: { readonly usedSince: number; readonly now: number },
): Roles {
  const [deploys, leaves] = [new Set<string>(), new Set<string>()];
  const [picks, undated] = [new Set<string>(), new Set<string>()];
  const used = new Map<string, number>();
  for (const one of history) {
    const more = described.get(one.arn);
    const back = more?.rollback?.serviceRevisionArn;
    if (one.outcome === 'in progress') {
      for (const arn of [one.target, more?.targetServiceRevision?.arn ?? []].flat()) deploys.add(arn);
      for (const arn of [...sourcesOf(more), back ?? []].flat()) leaves.add(arn);
    }
    const success = one.outcome === 'succeeded' ? one.target : one.outcome === 'rolled back' ? back : undefined;
    // A success without a time may be the last one, but must not displace a dated one.
    if (success !== undefined && one.began === Infinity) undated.add(success);
    else if (success !== undefined && picks.size < PICKS) picks.add(success);
    if (one.last >= usedSince)
      for (const arn of [one.target, back ?? []].flat())
        used.set(arn, Math.max(used.get(arn) ?? 0, Math.min(one.last, now)));
  }
  const isIncomplete = toDescribe(history, usedSince).some(({ outcome, arn }) => {
    const { sourceServiceRevisions, rollback } = described.get(arn) ?? {};
    if (outcome === 'succeeded') return false;
    return (outcome === 'in progress' ? sourceServiceRevisions : rollback?.serviceRevisionArn) === undefined;
  });
  const first = picks.size < PICKS ? firstOf(history) : undefined;
  const before = new Set(sourcesOf(described.get(first?.arn ?? '')));
  return { deploys, leaves, picks: picks.union(undated), before, used, isIncomplete };
}

function sourcesOf(deployment: ServiceDeployment | undefined): string[] {
  return (deployment?.sourceServiceRevisions ?? []).map(({ arn }) => {
    if (arn === undefined)
      throw new Incomplete(`${deployment?.serviceDeploymentArn ?? 'a deployment'} has a source without ARN`);
    return arn;
  });
}

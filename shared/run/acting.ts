// What a pass does: the plan's revisions past every guard, each with its entry in the journal, and a watch on the account
// meanwhile.
import { apply } from '../apply/deregister.ts';
import { type ApplyResults, noResults } from '../apply/results.ts';
import { Tally } from '../aws/tally.ts';
import type { Evidence } from '../domain/evidence.ts';
import { policyFrom } from '../observe/observe.ts';
import type { Plan } from '../plan/verdict.ts';
import { nameOf, type Ranges, type Target } from '../domain/revision.ts';
import { digest } from '../settings/narrow.ts';
import { openJournal } from '../state/journal.ts';
import type { Watch } from '../observe/watch.ts';
import { attempted } from './carried.ts';
import type { Run, Writer } from './open.ts';
import { Registrations } from './registrations.ts';
import type { RunOptions } from './options.ts';
import { alone, asStop, timeUsed } from './stops.ts';

export async function act(
  options: RunOptions,
  { target, carried }: Run,
  writer: Writer,
  { plan, watch, isOver }: { plan: Plan; watch: Watch; isOver: () => boolean },
): Promise<ApplyResults> {
  const { aws, pacer, settings, clock } = options;
  if (plan.toDeregister.length === 0) return noResults;
  const before = carried.ledger.results.deregistered;
  const newest = new Map(plan.families.map((one) => [one.family, one.newest]));
  const registrations = new Registrations(clock, newest, carried.ledger.beganAt);
  const done = await apply(plan, {
    target,
    policy: policyFrom(settings),
    asOf: plan.asOf,
    retired: retiredBy(plan),
    reader: aws.ecs(new Tally()),
    writer: aws.ecsWriter(new Tally()),
    waitForTurn: () => pacer.ready('task-definition-modify'),
    onNewest: (revision) => pacer.makeWay('task-definition-modify', registrations.see(revision)),
    pause: (ms) => clock.sleep(ms),
    objectionTo: (revision, taken) => watch.objections(revision, [...before, ...taken]),
    journal: journaling(options, target, writer, plan, watch),
    checkLock: () => alone(writer),
    isFresh: () => watch.isFresh(),
    stopRequested: () => options.stopped() ?? (isOver() ? timeUsed(settings.runMinutes) : undefined),
    onProgress: (revision, became) => options.acted(revision, became, plan.toDeregister.length),
  });
  // What a look had against one that was not reached counts in the next pass as well, which may not see it any more.
  const tried = attempted(done);
  const kept = watch.kept.filter(({ revision }) => !tried.has(nameOf(revision)));
  return { ...done, skipped: [...done.skipped, ...kept], lateReferences: watch.stranded };
}

/** What was ACTIVE of each family that is retired, when that was decided. */
function retiredBy({ families }: Plan): ReadonlyMap<string, Ranges> {
  const retired = families.filter(({ isRetired }) => isRetired === true);
  return new Map(
    retired.map(({ family, spans }) => [
      family,
      spans.flatMap(({ ranges }) => ranges).toSorted((a, b) => a.from - b.from),
    ]),
  );
}

/** Everything that a person, or `restore`, needs to know about it once it is gone. */
function journaling(
  { aws, id, settings }: RunOptions,
  target: Target,
  { state }: Writer,
  plan: Plan,
  watch: Watch,
): Parameters<typeof apply>[1]['journal'] {
  const newest = new Map(plan.families.map((one) => [one.family, one.newest]));
  return (revision, { definition, tags }) =>
    asStop(async () => {
      const evidence = { ...basisIn(watch.evidence), settings: digest(settings) };
      await openJournal(state, target).write({
        revision,
        run: id,
        at: Math.round(aws.now()),
        definition,
        tags,
        evidence: { ...evidence, newest: newest.get(revision.family) ?? 0 },
      });
      return undefined;
    });
}

function basisIn({ asOf, readings }: Evidence) {
  return {
    asOf: Math.round(asOf),
    readings: readings.map(({ part, began, items }) => ({ part, began: Math.round(began.wall), items })),
  };
}

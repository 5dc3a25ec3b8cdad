// What a pass does: the plan's revisions past every guard, each with its entry in the journal, and a watch on the account
// meanwhile.
import { apply } from '../apply/deregister.ts';
import { type Done, nothingDone } from '../apply/done.ts';
import { Tally } from '../aws/tally.ts';
import type { Evidence } from '../domain/evidence.ts';
import { policyFrom } from '../observe/observe.ts';
import type { Plan } from '../plan/verdict.ts';
import { nameOf, type Ranges, type Target } from '../domain/revision.ts';
import { digest } from '../settings/narrow.ts';
import { journalOf } from '../state/journal.ts';
import type { Watch } from '../observe/watch.ts';
import { reached } from './carried.ts';
import type { Run, Writer } from './open.ts';
import { Registrations } from './registrations.ts';
import type { RunOptions } from './options.ts';
import { alone, asStop, timeUsed } from './stops.ts';

export async function act(
  options: RunOptions,
  { target, carried }: Run,
  writer: Writer,
  { plan, watch, isOver }: { plan: Plan; watch: Watch; isOver: () => boolean },
): Promise<Done> {
  const { aws, pacer, settings, clock } = options;
  if (plan.going.length === 0) return nothingDone;
  const before = carried.ledger.done.deregistered;
  const newest = new Map(plan.families.map((one) => [one.family, one.newest]));
  const registrations = new Registrations(clock, newest, carried.ledger.beganAt);
  const done = await apply(plan, {
    target,
    policy: policyFrom(settings),
    asOf: plan.asOf,
    retired: retiredBy(plan),
    reader: aws.ecs(new Tally()),
    writer: aws.ecsWriter(new Tally()),
    turn: () => pacer.ready('task-definition-modify'),
    newest: (revision) => pacer.makeWay('task-definition-modify', registrations.see(revision)),
    pause: (ms) => clock.sleep(ms),
    objections: (revision, taken) => watch.objections(revision, [...before, ...taken]),
    journal: journaling(options, target, writer, plan, watch),
    alone: () => alone(writer),
    isFresh: () => watch.isFresh(),
    stopped: () => options.stopped() ?? (isOver() ? timeUsed(settings.runMinutes) : undefined),
    progress: (revision, became) => options.acted(revision, became, plan.going.length),
  });
  // What a look had against one that was not reached counts in the next pass as well, which may not see it any more.
  const tried = reached(done);
  const kept = watch.kept.filter(({ revision }) => !tried.has(nameOf(revision)));
  return { ...done, spared: [...done.spared, ...kept], stranded: watch.stranded };
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
      await journalOf(state, target).write({
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

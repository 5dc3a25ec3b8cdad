// Exports a real account as an account file of the sandbox, by read calls only, so that a policy can be rehearsed
// offline. The readers read it as in any run, and AWS's answers are redacted and written down. An incomplete reading
// makes no snapshot: with a gap, a rehearsal would deregister more than a run in the account.
import { isObject } from '../domain/objects.ts';
import { DAY_MS } from '../domain/time.ts';
import type { ReadProblem } from '../domain/problem.ts';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { type Evidence, type Finding, type Reading, type Reference } from '../domain/evidence.ts';
import { CredentialsRefused } from '../read/credentials-refused.ts';
import { readEvidence, type ReadingPlan } from '../read/evidence.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { readStatuses } from '../read/revision-statuses.ts';
import { isAmong, nameOf, numbersIn } from '../domain/revision.ts';
import { entriesOf, entriesOfFormers, type Entry } from './ages.ts';
import { Answers, type Item } from './answers.ts';
import { type DefinitionOptions, readDefinitions } from './definitions.ts';
import { endOf, eventsFrom } from './events.ts';
import { type Lists, listsFrom } from './lists.ts';
import { redactorFor } from './redact.ts';
import { type Searched, searchedFrom } from './searched.ts';
import { serviceHistoryFrom } from './service-history.ts';

export interface Snapshot extends Lists, Searched {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The time of the evidence. */
  readonly now: string;
  readonly taskDefinitions: readonly Entry[];
  readonly events: readonly Item[];
}

export interface SnapshotResult {
  readonly snapshot: Snapshot;
  readonly calls: number;
  /** Notes for the operator, one sentence each. */
  readonly notes: readonly string[];
}

export interface SnapshotOptions extends ReadingPlan, DefinitionOptions {}

/** A part could not be read completely. */
export class SnapshotFailed extends Error {
  override readonly name = 'NoSnapshot';
  readonly problem: ReadProblem;
  constructor(fault: ReadProblem) {
    super(`${fault.operation}: ${fault.reason}`);
    this.problem = fault;
  }
}

/** @throws SnapshotFailed */
export async function takeSnapshot(context: ReadContext, options: SnapshotOptions): Promise<SnapshotResult> {
  const answers = new Answers();
  const evidence = await readWhole({ ...context, answered: answers.take }, options);
  const findings = evidence.readings.flatMap((reading) => reading.findings);

  let inexact = 0;
  const redact = redactorFor(context.target, () => inexact++);
  const isThere = (service: string) => context.memory.services.has(service);
  const history = serviceHistoryFrom(answers, isThere);
  const lists = redact(listsFrom(answers, history, isThere));
  const { target, search: places = [] } = context;
  const searched = searchedFrom({ target, places, answers, findings });
  const events = eventsOf(evidence, answers, options);

  const wanted = Array.from(evidence.inventory, ([family, ranges]) => ({ family, numbers: [...numbersIn(ranges)] }));
  const definitions = await readDefinitions(context, wanted, options, evidence.asOf, knownIn(answers));
  const described = [...definitions.of.values()].flatMap((of) =>
    Array.from(of.values(), ({ taskDefinitionArn: _arn, ...rest }) => rest),
  );
  const missing = mentionsMissingIn(JSON.stringify([lists, searched, events.list, redact(described)]), findings);
  const untold = familiesOf(history.incomplete, findings);
  const families = wanted.map(({ family, numbers }) => {
    const tagged = new Map(evidence.tagged.get(family));
    const protect = (number: number) => tagged.set(number, tagged.get(number) ?? options.protectTags[0] ?? '');
    if (untold.has(family)) numbers.forEach(protect);
    for (const { target } of missing)
      if (target.kind === 'revision' && target.family === family) protect(target.number);
    return { family, numbers, tagged, redact };
  });
  const formers = await readStatuses(context, inactiveReferences(evidence, findings));
  const more = [definitions.reading, formers.reading];
  more.forEach(options.progress);
  assertComplete(more);
  return {
    snapshot: {
      ...context.target,
      now: new Date(evidence.asOf).toISOString(),
      taskDefinitions: [
        ...families.flatMap((family) => entriesOf(family, definitions.of.get(family.family) ?? new Map())),
        ...entriesOfFormers(formers.statuses),
      ],
      ...lists,
      ...searched,
      events: events.list,
    },
    calls: [...evidence.readings, ...more].reduce((sum, { calls }) => sum + calls, 0),
    notes: [
      definitions.estimated > 0 &&
        `The ages of ${definitions.estimated} families were not asked for: their revisions are as young as the newest. Use --full to describe all.`,
      events.isCut &&
        'The event history was not read to its end: in its place stands a record that says nothing, so that usage is known for as long as it was read. Raise `usageSeconds` to read on.',
      missing.length > 0 &&
        `${missing.length} references stand in texts that a snapshot does not keep: what they mention carries a protecting tag instead.`,
      untold.size > 0 &&
        `ECS does not describe all that ${history.incomplete.size} services deployed: their families carry a protecting tag instead.`,
      inexact > 0 &&
        `${inexact} texts name something in a way that cannot be kept without their values: what computes any task definition stands in their place.`,
    ].filter((note) => note !== false),
  };
}

/** The definitions that a source has already described, by family and number. */
function knownIn(answers: Answers): ReadonlyMap<string, ReadonlyMap<number, TaskDefinition>> {
  const known = new Map<string, Map<number, TaskDefinition>>();
  for (const { output } of answers.of('DescribeTaskDefinition')) {
    const definition: TaskDefinition | undefined = isObject(output['taskDefinition'])
      ? output['taskDefinition']
      : undefined;
    if (definition?.family === undefined || definition.revision === undefined) continue;
    const family = known.get(definition.family) ?? new Map<number, TaskDefinition>();
    known.set(definition.family, family.set(definition.revision, definition));
  }
  return known;
}

/** @throws SnapshotFailed */
async function readWhole(context: ReadContext, plan: ReadingPlan): Promise<Evidence> {
  try {
    const evidence = await readEvidence(context, plan);
    assertComplete(evidence.readings);
    return evidence;
  } catch (error) {
    if (error instanceof CredentialsRefused) throw new SnapshotFailed(error.problem);
    throw error;
  }
}

function assertComplete(readings: readonly Reading[]): void {
  const [fault] = readings.flatMap(({ problems }) => problems);
  if (fault !== undefined) throw new SnapshotFailed(fault);
}

function eventsOf({ usage, asOf }: Evidence, answers: Answers, { usage: plan }: ReadingPlan) {
  if (usage === undefined || plan === undefined) return { list: [], isCut: false };
  const list = eventsFrom(answers);
  // A record that ended the reading early is in the list, and does so again.
  const isCut = usage.coveredSince > asOf - plan.days * DAY_MS && usage.outlook?.broken === undefined;
  return { list: isCut ? [...list, endOf(usage)] : list, isCut };
}

/** References that are only mentioned: in fields that the SDK drops, or in values that are redacted. */
function mentionsMissingIn(written: string, findings: readonly Finding[]): Reference[] {
  return findings
    .filter((finding) => finding.kind === 'reference')
    .filter(({ relation, target }) => relation === 'mentions' && target.kind === 'revision')
    .filter(({ target }) => {
      const name = target.kind === 'revision' ? nameOf(target) : target.family;
      return !new RegExp(`[/"']${name}(?!\\d)`).test(written);
    });
}

/** Referenced revisions that are not ACTIVE: a rehearsal reports these as well. */
function inactiveReferences({ inventory }: Evidence, findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    if (finding.kind !== 'reference' || finding.target.kind !== 'revision') return [];
    const { family, number } = finding.target;
    const isActive = isAmong(number, inventory.get(family));
    return isActive ? [] : [nameOf(finding.target)];
  });
}

function familiesOf(services: ReadonlySet<string>, findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(
    findings.flatMap((finding) =>
      finding.kind === 'reference' && services.has(finding.referrer) ? [finding.target.family] : [],
    ),
  );
}

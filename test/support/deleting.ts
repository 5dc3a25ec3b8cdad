// Deletes revisions in the sandbox. Nothing blocks a deletion by default, and a test can replace each precondition.
import { onTestFinished } from 'vitest';
import { ecsReader, ecsWriter } from '../../shared/aws/ecs.ts';
import { deleteOld, type DeleteContext } from '../../shared/deletion/delete.ts';
import type { DeletionResults } from '../../shared/domain/deletion-results.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { ACCOUNT, anAccount, NOW, REGION } from './account.ts';
import { TestClock } from './clock.ts';
import { connectTo } from './night.ts';
import { policy } from './given.ts';

const DAY_MS = 86_400_000;
export const asOf = Date.parse(NOW);
export const deregisteredAt = asOf - 91 * DAY_MS;
export const seven = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7'];
export const without = (...names: string[]) => seven.filter((name) => !names.includes(name));
export const revisions = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ family: 'web', number: at + 1 }));

export interface DeletionTest {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  /** Every precondition and every call to AWS, in the order in which they happened. */
  readonly order: string[];
  readonly pauses: number[];
  readonly context: DeleteContext;
  runDeletion(count?: number, most?: number, more?: Partial<DeleteContext>): Promise<DeletionResults>;
}

/** web:1 to web:63 were deregistered three months ago, and the journal has them. */
export async function startDeletion(): Promise<DeletionTest> {
  const clock = new TestClock();
  const account = anAccount()
    .family('web', '1-63', { status: 'INACTIVE', tags: { team: 'a' } })
    .file();
  const sandbox = await startSandbox({ account, clock });
  const pacer = new Pacer(clock, 0.5);
  const aws = connectTo(sandbox, clock, pacer);
  onTestFinished(async () => {
    aws.close();
    await sandbox.close();
  });
  for (const revision of sandbox.account.revisions.all()) revision.deregisteredAt = new Date(deregisteredAt);
  const order: string[] = [];
  const pauses: number[] = [];
  sandbox.before(({ operation }) => void order.push(operation));
  const met = <T>(name: string, value: T): T => {
    order.push(name);
    return value;
  };
  const requested = new Set<string>();
  const context: DeleteContext = {
    target: { account: ACCOUNT, region: REGION, partition: 'aws' },
    policy: policy(),
    asOf,
    days: 90,
    scope: 'own',
    reader: ecsReader(aws, new Tally()),
    writer: ecsWriter(aws, new Tally()),
    waitForTurn: () => met('waitForTurn', pacer.ready('task-definition-deletion')),
    pause: (ms) => {
      pauses.push(ms);
      return clock.sleep(ms);
    },
    stopRequested: () => met('stopRequested', undefined),
    checkLock: () => met('checkLock', Promise.resolve(undefined)),
    isFresh: () => met('isFresh', true),
    objectionsTo: () => met('objectionsTo', Promise.resolve({ keep: new Map<string, string>() })),
    entryOf: () => met('entryOf', Promise.resolve({ at: deregisteredAt - 1_000, definition: {}, tags: [] })),
    lossWith: () => met('lossWith', undefined),
    wasRequested: (revision) => requested.has(nameOf(revision)),
    recordRequest: (some) => {
      for (const one of some) requested.add(nameOf(one));
      return met('recordRequest', Promise.resolve(undefined));
    },
  };
  const go = (count = 7, most = 100, more: Partial<DeleteContext> = {}) =>
    deleteOld(revisions(count), most, { ...context, ...more });
  return { sandbox, clock, order, pauses, context, runDeletion: go };
}

export const deleteCalls = ({ sandbox }: DeletionTest) =>
  sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DeleteTaskDefinitions')
    .map(({ input }) => [input['taskDefinitions']].flat().map(String));
export const deletedNames = (deletions: DeletionResults) => deletions.deleted.map(nameOf);
export const keptNames = (deletions: DeletionResults) =>
  deletions.kept.map(({ revision, reason }) => `${nameOf(revision)}: ${reason}`);
export const notInactive = ({ sandbox }: DeletionTest) =>
  [...sandbox.account.revisions.all()]
    .filter(({ status }) => status !== 'INACTIVE')
    .map((one) => `web:${one.revision}`);

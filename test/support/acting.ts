// Deregisters revisions in the sandbox. Every precondition is met by default, and a test can replace each one.
import { onTestFinished } from 'vitest';
import { ecsReader, ecsWriter } from '../../shared/aws/ecs.ts';
import { apply, type ApplyContext } from '../../shared/apply/deregister.ts';
import type { ApplyResults } from '../../shared/domain/apply-results.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { Tally } from '../../shared/aws/tally.ts';
import type { Revision } from '../../shared/domain/revision.ts';
import type { AccountBuilder } from './account.ts';
import type { Fault } from '../../sandbox/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { TestClock } from './clock.ts';
import { connectTo, sevenOld } from './night.ts';
import { asOf, policy, target } from './given.ts';

export interface ApplyTest {
  readonly sandbox: Sandbox;
  /** Every precondition and every call to AWS, in the order in which they happened. */
  readonly order: string[];
  readonly pauses: number[];
  readonly context: ApplyContext;
  deregister(names: readonly string[], more?: Partial<ApplyContext>): Promise<ApplyResults>;
}

/** web:1 to web:10 are ACTIVE and a hundred days old, and the settings keep only the newest. */
export async function startApply(
  account: AccountBuilder = sevenOld(),
  options: Pick<SandboxOptions, 'pageSize'> = {},
): Promise<ApplyTest> {
  const clock = new TestClock();
  const sandbox = await startSandbox({ account: account.file(), clock, quotas: 'none', ...options });
  const aws = connectTo(sandbox, clock, new Pacer(clock, 1));
  onTestFinished(async () => {
    aws.close();
    await sandbox.close();
  });
  const order: string[] = [];
  const pauses: number[] = [];
  sandbox.before(({ operation }) => void order.push(operation));
  const met = <T>(name: string, value: T): T => {
    order.push(name);
    return value;
  };
  const context: ApplyContext = {
    policy: policy(),
    target,
    asOf,
    reader: ecsReader(aws, new Tally()),
    writer: ecsWriter(aws, new Tally()),
    waitForTurn: () => met('waitForTurn', Promise.resolve()),
    pause: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    objectionTo: () => met('objectionTo', Promise.resolve(undefined)),
    journal: () => met('journal', Promise.resolve(undefined)),
    checkLock: () => met('checkLock', Promise.resolve(undefined)),
    isFresh: () => met('isFresh', true),
    stopRequested: () => met('stopRequested', undefined),
    onProgress: () => undefined,
  };
  const deregister = (names: readonly string[], more: Partial<ApplyContext> = {}) =>
    apply(
      {
        asOf,
        hold: undefined,
        accepted: [],
        families: [],
        toDeregister: names.map(revisionOf),
      },
      { ...context, ...more },
    );
  return { sandbox, order, pauses, context, deregister };
}

export function revisionOf(name: string): Revision {
  const [family = '', number] = name.split(':');
  return { family, number: Number(number) };
}

/** The revisions of all DeregisterTaskDefinition calls, in order. */
export function deregisterCalls({ sandbox }: Pick<ApplyTest, 'sandbox'>): unknown[] {
  return sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DeregisterTaskDefinition')
    .map(({ input }) => input['taskDefinition']);
}

/** A fault that changes the answer of DescribeTaskDefinition for one revision. */
export function changeDescription(name: string, change: (one: Record<string, unknown>) => void): Fault {
  return {
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    when: ({ input }) => input['taskDefinition'] === name,
    change: (output) => {
      const changed = Object.fromEntries(Object.entries(output['taskDefinition'] ?? {}));
      change(changed);
      output['taskDefinition'] = changed;
    },
  };
}

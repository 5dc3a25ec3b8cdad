// An organization of many accounts in the sandbox, each with a stack of its own, and a hub that collects what they report.
import type { Clock } from '../../sandbox/clock.ts';
import { Organization } from '../../sandbox/organization.ts';
import type { StackSets } from '../../sandbox/cloudformation/stack-sets.ts';
import { collect } from '../../shared/fleet/collect.ts';
import { sendDigest } from '../../shared/fleet/digest.ts';
import type { RunOptions } from '../../shared/run/context.ts';
import type { Steps } from '../../shared/run/steps.ts';
import { openStore } from '../../shared/state/open-store.ts';
import { hubOf } from '../deploy/hub.ts';
import { withNames } from '../deploy/resource-policies.ts';
import { propertiesOf } from '../deploy/stack.ts';
import { ACCOUNT, anAccount, REGION, TOPIC } from './account.ts';
import { accountOf, HUB_ACCOUNT } from './fleet.ts';
import { aNight } from './night.ts';
import { aReader } from './reader.ts';

export const ORGANIZATION = 'o-a1b2c3d4e5';
export const BUS = `arn:aws:events:${REGION}:${HUB_ACCOUNT}:event-bus/ecs-revision-pruner-fleet`;

/** Of the template of the hub. */
export const busPolicy = {
  Version: '2012-10-17',
  Statement: [
    withNames(propertiesOf(hubOf({ OrganizationId: ORGANIZATION }), 'FleetBusPolicy')['Statement'], {
      'FleetBus.Arn': BUS,
    }),
  ],
};

/** @param clock the clock of AWS */
export function anOrganization(accounts: Iterable<string>, clock: Pick<Clock, 'now'>): Organization {
  const organization = new Organization(ORGANIZATION, accounts, clock);
  organization.share({
    arn: BUS,
    policy: busPolicy,
    pattern: { source: ['ecs-revision-pruner'], 'detail-type': ['Run ended'] },
  });
  return organization;
}

/** An account with eight revisions, of which a run keeps three, and its stack. */
export async function aMember(number: number, organization: Organization) {
  const account = accountOf(number);
  const night = await aNight(movedTo(anAccount().family('web', '1-8').cluster('prod').file(), account), {
    organization,
  });
  return {
    ...night,
    /** @param bus the parameter FleetBusArn of its stack */
    run: async (bus = BUS, more: Partial<RunOptions> = {}, steps?: Steps) =>
      night.prune(
        { keepLatest: 3, minAgeDays: 1 },
        {
          busArns: [bus],
          fleetBusArn: bus,
          topicArn: TOPIC.replace(ACCOUNT, account),
          skipWindowReason: () => 'not durable',
          ...more,
        },
        steps,
      ),
  };
}

/** The same account under another number. */
function movedTo<File extends object>(file: File, account: string): File {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON keeps the shape of a file of JSON
  return JSON.parse(JSON.stringify(file).replaceAll(ACCOUNT, account)) as File;
}

/** The hub with its bucket, its topic, and a stack set whose stacks it expects.
 *  @param members the accounts of the stack set now */
export async function aHub(accounts: readonly string[], members: () => readonly string[]) {
  const file = { ...movedTo(anAccount().bucket('hub').file(), HUB_ACCOUNT), stackSets: [{ StackSetName: 'pruner' }] };
  const { sandbox, clock, aws } = await aReader(file);
  const organization = anOrganization(accounts, clock);
  const store = await openStore('s3://hub', aws);
  const refreshStackSet = (): void => {
    const stackSets: StackSets = sandbox.account.stackSets;
    stackSets.put({
      ...stackSets.named('pruner'),
      instances: members().map((Account) => ({
        Account,
        Region: REGION,
        StackInstanceStatus: { DetailedStatus: 'SUCCEEDED' },
      })),
    });
  };
  return {
    organization,
    clock,
    store,
    /** Empties the queue in batches of a hundred, as the function collect does. */
    async collect() {
      process.env['AWS_ENDPOINT_URL'] = sandbox.url;
      for (;;) {
        const batch = organization.take(100);
        if (batch.length === 0) return;
        const queued = batch.map(({ MessageId, Body, SentTimestamp }) => ({
          id: MessageId,
          body: Body,
          sentAt: SentTimestamp,
        }));
        const { failures } = await collect(store, queued);
        for (const { error } of failures) throw error;
      }
    },
    /** @returns the mail */
    async digest() {
      process.env['AWS_ENDPOINT_URL'] = sandbox.url;
      refreshStackSet();
      await sendDigest({
        store,
        aws,
        clock,
        version: '0.0.0',
        topicArn: TOPIC.replace(ACCOUNT, HUB_ACCOUNT),
        silentHours: 36,
        stackSet: { name: 'pruner', isDelegated: false },
        targets: [],
        again: false,
      });
      const { Subject, Message = '' } = sandbox.account.published.at(-1) ?? {};
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- shared/notify/fleet.ts writes it
      return { subject: Subject, body: (JSON.parse(Message) as { email: string }).email };
    },
  };
}

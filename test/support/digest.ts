// The digest of a hub against an account in the sandbox, over HTTP.
import * as z from 'zod';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { type DigestOptions, sendDigest } from '../../shared/fleet/digest.ts';
import { openStore } from '../../shared/state/open-store.ts';
import { anAccount, TOPIC } from './account.ts';
import { MORNING } from './fleet.ts';
import { aReader } from './reader.ts';

const texts = z.object({ default: z.string(), email: z.string(), sms: z.string() });

/** @param name `123456789012/eu-west-1` */
export function instance(name: string) {
  const [Account = '', Region = ''] = name.split('/');
  return { Account, Region, StackInstanceStatus: { DetailedStatus: 'SUCCEEDED' } } as const;
}

export function stackSet(names: readonly string[], more: object = {}): AccountFile['stackSets'] {
  return [{ StackSetName: 'pruner', ...more, instances: names.map(instance) }];
}

/** A hub with its bucket and topic, in the morning after the night of its events. */
export async function aHub(stackSets?: AccountFile['stackSets']) {
  const file = { ...anAccount().bucket('hub').file(), ...(stackSets && { stackSets }) };
  const { sandbox, clock, aws } = await aReader(file);
  const store = await openStore('s3://hub', aws);
  clock.advance(MORNING - clock.now());
  const digest = (more: Partial<DigestOptions> = {}) =>
    sendDigest({
      store,
      aws,
      clock,
      version: '1.2.3',
      topicArn: TOPIC,
      silentHours: 36,
      stackSet: stackSets === undefined ? undefined : { name: 'pruner', isDelegated: false },
      targets: [],
      again: false,
      ...more,
    });
  const mails = () =>
    sandbox.account.published.map(({ Subject, Message }) => ({ Subject, ...texts.parse(JSON.parse(Message)) }));
  return { sandbox, clock, store, digest, mails };
}

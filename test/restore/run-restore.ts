// Runs a real restore over HTTP, with the state store of a test night.
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { Pacer } from '../../shared/aws/pacer.ts';
import { sources } from '../../shared/sources/readers.ts';
import {
  restore,
  type RestorePreview,
  type RestoreOutcome,
  type RestoreOptions,
} from '../../shared/restore/restore.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { expect } from 'vitest';
import * as z from 'zod';
import { openJournal } from '../../shared/state/journal.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { aNight, connectTo, keepNewestThree, type Night, sevenOld } from '../support/night.ts';

export function revisionOf(name: string): Revision {
  const [family = '', number] = name.split(':');
  return { family, number: Number(number) };
}

export const containing = (text: string): unknown => expect.stringContaining(text);

let restores = 0;

/** @param what `web:1 web:2`, or `--run` and an id */
export async function runRestore(
  night: Pick<Night, 'sandbox' | 'clock' | 'state'>,
  what: string,
  more: Partial<RestoreOptions> = {},
): Promise<RestoreOutcome> {
  // Other sources have their own tests.
  const without = sources.flatMap(({ name, optional }) => (optional && name !== 'schedules' ? [name] : []));
  const settings = parseSettings({ usedWithinDays: 0, without }, 'settings of the test');
  const aws = connectTo(
    night.sandbox,
    night.clock,
    new Pacer(night.clock, settings.share, {}, settings.writeShare),
    20_000,
  );
  const wanted = what.startsWith('--run ')
    ? { run: what.slice('--run '.length) }
    : { revisions: what.split(' ').map(revisionOf) };
  try {
    return await restore({
      id: `restore-${++restores}`,
      state: night.state,
      aws,
      clock: night.clock,
      settings,
      wanted,
      again: false,
      onTop: false,
      outOfTime: () => false,
      onReading: () => undefined,
      admit: () => undefined,
      begun: () => undefined,
      consent: () => Promise.resolve(),
      stopRequested: () => undefined,
      saveRefusedInput: () => undefined,
      acted: () => undefined,
      ...more,
    });
  } finally {
    aws.close();
  }
}

/** `web:1 restored as 11`, a line a revision. */
export function linesOf({ results, stop }: RestoreOutcome): string[] {
  return [
    ...results.map((one) => {
      const as = 'as' in one ? ` as ${one.as}` : '';
      const adopted = 'adopted' in one && one.adopted ? ', adopted' : '';
      const differs = 'differences' in one ? one.differences.map(({ path, is }) => `; ${is} ${path}`) : [];
      return `${nameOf(one.revision)} ${one.became}${as}${one.onTop ? ' on top' : ''}${adopted}${differs.join('')}`;
    }),
    ...(stop === undefined ? [] : [`stop: ${stop.reason}`]),
  ];
}

/** Declines the restore, and returns its preview. */
export async function previewRestore(
  night: Night,
  what: string,
  more: Partial<RestoreOptions> = {},
): Promise<RestorePreview> {
  let seen: RestorePreview | undefined;
  await runRestore(night, what, {
    ...more,
    consent: (look) => {
      seen = look;
      throw new Error('declined');
    },
  }).catch((error: unknown) => {
    if (seen === undefined) throw error;
  });
  if (seen === undefined) throw new Error('no consent was asked for');
  return seen;
}

/** `taskDefinition` and `tags` of the raw answer, before the SDK parses it. */
export async function describeRaw({ sandbox }: Pick<Night, 'sandbox'>, taskDefinition: string) {
  const target = 'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition';
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const body = JSON.stringify({ taskDefinition, include: ['TAGS'] });
  const answer = await fetch(sandbox.url, { method: 'POST', headers, body });
  return rawAnswer.parse(await answer.json());
}

const rawAnswer = z.looseObject({
  taskDefinition: z.record(z.string(), z.unknown()),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
});

/** Sends the raw request, so that the SDK neither drops nor changes a member. */
export async function registerRaw(
  { sandbox }: Pick<Night, 'sandbox'>,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const target = 'AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition';
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const answer = await fetch(sandbox.url, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${text}: ${JSON.stringify(input)}`);
  return String(input['family']);
}

/** Journals and deregisters revisions as a run does. */
export async function deregisterJournaled(night: Pick<Night, 'sandbox' | 'state' | 'clock'>, ...names: string[]) {
  const journal = openJournal(night.state, { account: ACCOUNT, region: REGION, partition: 'aws' });
  for (const name of names) {
    const { taskDefinition: definition, tags } = await describeRaw(night, name);
    const at = night.clock.now();
    const evidence = { asOf: at, settings: 'abc', newest: 1, readings: [] };
    await journal.write({ revision: revisionOf(name), run: 'run-1', at, definition, tags, evidence });
    night.sandbox.account.deregister(name);
  }
}

export async function describeNow({ sandbox }: Pick<Night, 'sandbox'>, taskDefinition: string) {
  const credentials = { accessKeyId: 'WITNESS', secretAccessKey: 'secret' };
  const ecs = new ECSClient({ endpoint: sandbox.url, region: REGION, credentials });
  try {
    return await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
  } finally {
    ecs.destroy();
  }
}

export const target = { account: ACCOUNT, region: REGION, partition: 'aws' };

export const countRegistrations = ({ sandbox }: Pick<Night, 'sandbox'>): number =>
  sandbox.calls.count('RegisterTaskDefinition');

export const isActive = ({ sandbox }: Night, name: string): boolean =>
  sandbox.account.revisions.find(name)?.status === 'ACTIVE';

/** Skips the window, whose waiting would slow the test. */
export const prune = (night: Night, settings: object = keepNewestThree, more: object = {}) =>
  night.prune({ ...settings }, { skipWindowReason: () => 'no-wait', ...more });

/** web:1 to web:7 are INACTIVE and journaled, web:8 to web:10 are ACTIVE. */
export async function afterANight(account = sevenOld()): Promise<Night> {
  const night = await aNight(account);
  await deregisterJournaled(night, ...Array.from({ length: 7 }, (_, index) => `web:${index + 1}`));
  return night;
}

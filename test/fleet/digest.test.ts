// The daily digest over HTTP: the stack set, the bucket, the page and the mail, and what happens where one of them fails.
import { expect, test } from 'vitest';
import { aHub, instance, stackSet } from '../support/digest.ts';
import { accountOf, DAY_MS, HOUR_MS, NIGHT, send } from '../support/fleet.ts';

test('mails what the targets sent, and writes the page that the mail links to', async () => {
  const { store, digest, mails } = await aHub();
  await send(
    store,
    { account: accountOf(1), alias: 'shop' },
    { account: accountOf(2), night: 'held-by-a-denied-reading' },
  );
  await digest();
  expect(mails().map(({ Subject }) => Subject)).toEqual(['[fleet] ACTION: 1 of 2 targets needs action']);
  expect(mails()[0]?.email).toContain(
    'https://eu-west-1.console.aws.amazon.com/s3/object/hub?region=eu-west-1&prefix=fleet.html',
  );
  expect(mails()[0]?.sms).toBe('1 of 2 targets fine; 1 needs action.');
  expect((await store.get('fleet.html'))?.body).toContain('shop');
});

test('the stacks of the stack set should report, and those that cannot be deployed are told', async () => {
  const healthy = ['000000000001/eu-west-1', '000000000002/eu-west-1'].map(instance);
  const broken = {
    ...instance('000000000003/eu-west-1'),
    StackInstanceStatus: { DetailedStatus: 'FAILED' },
    StatusReason: 'the role is not there',
  } as const;
  const { store, digest, mails } = await aHub([{ StackSetName: 'pruner', instances: [...healthy, broken] }]);
  await send(store, { account: accountOf(1) });
  await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 2 of 3 targets silent');
  expect(mails()[0]?.email).toContain(
    '[000000000003 eu-west-1] The stack set could not deploy its stack: the role is not there.',
  );
});

test('two hundred stacks are read page by page', async () => {
  const names = Array.from({ length: 200 }, (_, n) => `${accountOf(n + 1)}/eu-west-1`);
  const { digest, mails, sandbox } = await aHub(stackSet(names));
  await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 200 of 200 targets silent');
  expect(sandbox.calls.count('ListStackInstances')).toBe(2);
});

test('a stack set that is paused makes its targets paused', async () => {
  const Parameters = [{ ParameterKey: 'Paused', ParameterValue: 'true' }];
  const { digest, mails } = await aHub(stackSet(['000000000001/eu-west-1'], { Parameters }));
  await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] OK: 1 paused');
});

test('targets of the parameter should report as well', async () => {
  const { digest, mails } = await aHub();
  await digest({ targets: ['000000000008/eu-west-1'] });
  expect(mails()[0]?.email).toContain('- 000000000008 eu-west-1: never reported');
});

test('a target that reported before and is not listed is silent as well', async () => {
  const { store, digest, mails } = await aHub();
  await send(store, { began: NIGHT - 3 * DAY_MS }, { account: accountOf(2) });
  await digest({ targets: ['000000000002/eu-west-1', '000000000008/eu-west-1'] });
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 2 of 3 targets silent');
});

test('a stack set that does not exist is told, with what to correct', async () => {
  const { store, digest, mails } = await aHub([]);
  await send(store, {});
  await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: incomplete');
  const text = mails()[0]?.email.replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'Reading the stacks of the stack set pruner failed: there is none of this name for this account in this Region',
  );
  expect(text).toContain('Correct StackSetName and StackSetCallAs of the stack of the hub.');
});

test('an account that is no delegated administrator is told how to become one', async () => {
  const { digest, mails, sandbox } = await aHub(stackSet(['000000000001/eu-west-1']));
  sandbox.faults.add({
    operation: 'DescribeStackSet',
    kind: 'error',
    code: 'ValidationError',
    status: 400,
    message: 'Account used is not a delegated administrator',
  });
  await digest();
  expect(mails()[0]?.email).toContain('A delegated administrator must be registered in the management account');
});

test('a stack set that is denied today leaves the targets of yesterday expected', async () => {
  const { store, digest, mails, clock, sandbox } = await aHub(
    stackSet(['000000000001/eu-west-1', '000000000009/eu-west-1']),
  );
  await send(store, {});
  await digest();
  sandbox.faults.add({ operation: 'ListStackInstances', kind: 'deny' });
  clock.advance(DAY_MS);
  await send(store, { began: NIGHT + DAY_MS });
  await digest();
  expect(mails().map(({ Subject }) => Subject)).toEqual([
    '[fleet] ACTION: 1 of 2 targets silent',
    '[fleet] ACTION: 1 of 2 targets silent, incomplete',
  ]);
  expect(mails()[1]?.email).toContain(
    'Allow cloudformation:DescribeStackSet and cloudformation:ListStackInstances on it in',
  );
});

test('a repetition of the invocation sends no second mail, and the next day sends one', async () => {
  const { store, digest, mails, clock } = await aHub();
  await send(store, {});
  expect(await digest()).toBeDefined();
  clock.advance(60_000);
  expect(await digest()).toBeUndefined();
  expect(mails()).toHaveLength(1);
  expect(await digest({ again: true })).toBeDefined();
  expect(mails()).toHaveLength(2);
  clock.advance(DAY_MS);
  expect(await digest()).toBeDefined();
  expect(mails()).toHaveLength(3);
});

test('one that was sent by hand does not take the place of the daily one', async () => {
  const { store, digest, mails, clock } = await aHub();
  await send(store, {});
  await digest();
  clock.advance(22 * HOUR_MS);
  expect(await digest({ again: true })).toBeDefined();
  clock.advance(2 * HOUR_MS);
  expect(await digest()).toBeDefined();
  expect(mails()).toHaveLength(3);
});

test('a schedule that was moved to an earlier hour mails on the next day', async () => {
  const { digest, mails, clock } = await aHub();
  await digest();
  clock.advance(9 * HOUR_MS);
  await digest();
  expect(mails()).toHaveLength(2);
});

test('a clock that was a year ahead once does not stop the digest for a year', async () => {
  const { digest, mails, clock } = await aHub();
  clock.advance(365 * DAY_MS);
  await digest();
  clock.advance(-365 * DAY_MS);
  await digest();
  expect(mails()).toHaveLength(2);
});

test('a listed target is silent although the stack set is paused, and although it cannot be read', async () => {
  const Parameters = [{ ParameterKey: 'Paused', ParameterValue: 'true' }];
  const { digest, mails, clock, sandbox } = await aHub(stackSet(['000000000001/eu-west-1'], { Parameters }));
  await digest({ targets: ['000000000008/eu-west-1'] });
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 1 of 2 targets silent, 1 paused');
  sandbox.faults.add({ operation: 'ListStackInstances', kind: 'deny' });
  clock.advance(DAY_MS);
  await digest({ targets: ['000000000009/eu-west-1'] });
  expect(mails()[1]?.Subject).toBe('[fleet] ACTION: 1 of 2 targets silent, incomplete, 1 paused');
  expect(mails()[1]?.email).toContain('- 000000000009 eu-west-1: never reported');
});

test('a stack set that can never be read leaves the listed targets expected, and hides no other silent one', async () => {
  const { store, digest, mails, sandbox } = await aHub(stackSet([]));
  await send(store, { began: NIGHT - 3 * DAY_MS });
  sandbox.faults.add({ operation: 'DescribeStackSet', kind: 'deny' });
  await digest({ targets: ['000000000008/eu-west-1'] });
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 2 of 2 targets silent, incomplete');
});

test('the stacks of another stack set are not expected in place of one that cannot be read', async () => {
  const { digest, mails, clock } = await aHub(stackSet(['000000000001/eu-west-1']));
  await digest();
  clock.advance(DAY_MS);
  await digest({ stackSet: { name: 'renamed', isDelegated: false } });
  expect(mails()[1]?.Subject).toBe('[fleet] ACTION: incomplete');
});

test('a stack of the stack set that is listed twice is one target with one problem', async () => {
  const broken = {
    ...instance('000000000003/eu-west-1'),
    StackInstanceStatus: { DetailedStatus: 'FAILED' },
    StatusReason: 'the role is not there',
  } as const;
  const { digest, mails } = await aHub([{ StackSetName: 'pruner', instances: [broken, broken] }]);
  const fleet = await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 1 of 1 target silent');
  expect(fleet?.items.map(({ targets }) => targets.length)).toEqual([1]);
});

test.each(['FAILED', 'CANCELLED', 'INOPERABLE', 'FAILED_IMPORT', 'SKIPPED_SUSPENDED_ACCOUNT'] as const)(
  'a stack that is %s is not paused with its stack set, and the digest says why',
  async (DetailedStatus) => {
    const Parameters = [{ ParameterKey: 'Paused', ParameterValue: 'true' }];
    const broken = { ...instance('000000000003/eu-west-1'), StackInstanceStatus: { DetailedStatus } };
    const { digest, mails } = await aHub([{ StackSetName: 'pruner', Parameters, instances: [broken] }]);
    await digest();
    expect(mails()[0]?.Subject).toBe('[fleet] ACTION: 1 of 1 target silent');
    expect(mails()[0]?.email).toContain(`its status is ${DetailedStatus}`);
  },
);

test.each(['PENDING', 'RUNNING', 'SUCCEEDED'] as const)('a stack that is %s is no problem', async (DetailedStatus) => {
  const fine = { ...instance('000000000001/eu-west-1'), StackInstanceStatus: { DetailedStatus } };
  const { store, digest, mails } = await aHub([{ StackSetName: 'pruner', instances: [fine] }]);
  await send(store, {});
  await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] OK: all 1 target fine');
});

test('a stack without an account is a problem, and no target', async () => {
  const { digest, mails } = await aHub([{ StackSetName: 'pruner', instances: [{ Region: 'eu-west-1' }] }]);
  const fleet = await digest();
  expect(fleet?.targets).toEqual([]);
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: incomplete');
  expect(mails()[0]?.email).toContain('AWS lists a stack of it without its account or Region');
});

test('a stack set whose stacks are all gone leaves a sentence that is true', async () => {
  const { store, digest, mails } = await aHub(stackSet([]));
  await send(store, { began: NIGHT - 3 * DAY_MS });
  await digest();
  expect(mails()[0]?.sms).toBe('No target reports to this hub.');
  expect(mails()[0]?.email).toContain('No longer in the stack set pruner and left out: 000000000001/eu-west-1');
});

test('events that were ignored since the last digest are shown, however late this one is', async () => {
  const { store, digest, clock } = await aHub();
  const forged = { account: accountOf(1), envelope: { account: accountOf(9) } };
  await digest();
  for (const days of [1, 2, 3]) await send(store, { ...forged, began: NIGHT + days * DAY_MS });
  clock.advance(3 * DAY_MS);
  expect((await digest())?.ignored).toEqual([
    {
      account: accountOf(9),
      reason: 'it names another account than the one that sent it',
      count: 3,
      claims: '000000000001/eu-west-1',
    },
  ]);
  clock.advance(2 * DAY_MS);
  expect((await digest())?.ignored).toEqual([]);
});

test('damaged records of the hub itself are told', async () => {
  const { store, digest, mails } = await aHub();
  await store.put('refused/2026-11-24.json', '{}', 'absent');
  await store.put('hub.json', '{}', 'absent');
  await digest();
  expect(mails()[0]?.Subject).toBe('[fleet] ACTION: incomplete');
  expect(mails()[0]?.email).toContain('refused/2026-11-24.json failed: this version does not know its format');
});

test('a digest whose mail was refused is sent by the next attempt', async () => {
  const { store, digest, mails, sandbox } = await aHub();
  await send(store, {});
  const mend = sandbox.faults.add({ operation: 'Publish', kind: 'deny' });
  await expect(digest()).rejects.toThrow('not authorized');
  mend();
  expect(await digest()).toBeDefined();
  expect(mails()).toHaveLength(1);
});

test('the document of the message fits the schema and the size of SNS, with a thousand targets as well', async () => {
  const names = Array.from({ length: 1_000 }, (_, n) => `${accountOf(n + 1)}/eu-west-1`);
  const { digest, sandbox } = await aHub(stackSet(names));
  await digest();
  const [message] = sandbox.account.published;
  expect(Buffer.byteLength(message?.Message ?? '')).toBeLessThanOrEqual(262_144);
});

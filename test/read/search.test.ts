// Objects and parameters that the setting `search` names: what their texts mention stays, what cannot be read holds the run,
// and what has not changed is not fetched again.
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OneAtATime } from '../../shared/sources/search/objects.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { storedObject } from '../../sandbox/s3/storage.ts';
import { ACCOUNT, anAccount, REGION, revisionArn } from '../support/account.ts';
import { aNight, type Night } from '../support/night.ts';

const settings = { keepLatest: 1, search: ['s3://states/prod/'] };
const MB = 1024 * 1024;
/** worker:1 to worker:5 go unless something mentions them. */
const workers = () => anAccount().family('worker', '1-6').cluster('prod');
const kept = (...numbers: readonly number[]) =>
  [1, 2, 3, 4, 5].filter((number) => !numbers.includes(number)).map((number) => `worker:${number}`);
const objectArn = (key: string) => `arn:aws:s3:::states/${key}`;
const parameterArn = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${name}`;

const terraformState = JSON.stringify({
  version: 4,
  resources: [
    {
      type: 'aws_ecs_task_definition',
      instances: [
        {
          attributes: {
            arn: revisionArn('worker:2'),
            container_definitions: JSON.stringify([{ name: 'app', image: 'worker:4' }]),
          },
        },
      ],
    },
  ],
});

test.each([
  { what: 'a Terraform state', content: terraformState, keeps: [2] },
  { what: 'a Terraform state in gzip', content: gzipSync(terraformState), keeps: [2] },
  { what: 'a short name in lines of settings', content: 'TASK=worker:3\nLEVEL=info\n', keeps: [3] },
  { what: 'a text with a byte order mark', content: '\uFEFF{"task":"worker:3"}', keeps: [3] },
  { what: 'lines of JSON', content: '{"a":1}\n{"t":"task-definition\\/worker\\u003a3"}\n', keeps: [3] },
  { what: 'the key of an object', key: 'prod/worker:4.json', content: '{}', keeps: [4] },
  { what: 'an object without a byte', content: '', keeps: [] },
  { what: 'an object under another prefix', key: 'dev/a', content: 'worker:2', keeps: [] },
])('$what keeps what it mentions', async ({ key = 'prod/a', content, keeps }) => {
  const account = workers().object(`states/${key}`, content).object('states/prod/other', 'nothing');
  const report = await (await aNight(account)).plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(...keeps));
  expect(report.actionItems).toEqual([]);
});

test('a text that is too long to be parsed is searched as it is, packed or not', async () => {
  const long = `{"pad":"${'x '.repeat(1_500_000)}","task":"task-definition\\/worker\\u003a2"}`;
  for (const content of [long, gzipSync(long, { level: 1 })]) {
    const report = await (await aNight(workers().object('states/prod/a', content))).plan(settings);
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(2));
  }
});

test('a String and a StringList keep what they mention, a SecureString is not asked for', async () => {
  const account = workers()
    .parameter('/launch/one', 'worker:2')
    .parameter('/launch/deep/er/list', `${revisionArn('worker:3')},worker:4`, { Type: 'StringList' })
    .parameter('/launch/secret', 'worker:5', { Type: 'SecureString' })
    .parameter('/launcher', 'worker:1')
    .parameter('/launch/long', `${'x'.repeat(8_000)} worker:1`);
  const night = await aNight(account, { pageSize: 2 });
  const report = await night.plan({ ...settings, search: ['ssm:/launch'] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(['worker:5']);
  const asked = night.sandbox.calls.list().find(({ operation }) => operation === 'GetParametersByPath');
  expect(asked?.input).toMatchObject({ Path: '/launch', Recursive: true, WithDecryption: false });
});

test('the root path reads every parameter that has a path', async () => {
  const account = workers().parameter('/a', 'worker:2').parameter('/b/c', 'worker:3');
  const report = await (await aNight(account)).plan({ ...settings, search: ['ssm:/'] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(2, 3));
});

test('a bucket without a prefix is searched whole, page by page, also in another Region', async () => {
  const account = workers().bucket('states', { BucketRegion: 'us-west-2' });
  for (const number of [2, 3, 4]) account.object(`states/${number}/ä +%.json`, `worker:${number}`);
  const report = await (await aNight(account, { pageSize: 1 })).plan({ ...settings, search: ['s3://states'] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(2, 3, 4));
});

test('the report says which object and which parameter, and no value', async () => {
  const account = workers()
    .object('states/prod/a', 'SECRET=hunter2 TASK=worker:2')
    .parameter('/launch/task', 'hunter2 worker:3');
  const report = await (await aNight(account)).plan({ ...settings, search: ['s3://states', 'ssm:/launch'] });
  const by = report.plan?.families[0]?.spans.flatMap(({ verdict }) =>
    'reasons' in verdict ? verdict.reasons.flatMap<unknown>((reason) => ('by' in reason ? reason.by : [])) : [],
  );
  expect(by).toMatchObject([
    { referrer: objectArn('prod/a'), relation: 'mentions', via: ['object prod/a'], isShort: true },
    {
      referrer: parameterArn('launch/task'),
      relation: 'mentions',
      via: ['parameter /launch/task'],
      isShort: true,
    },
  ]);
  expect(JSON.stringify(report)).not.toContain('hunter2');
});

test('without entries nothing is called, and without: [search] as well', async () => {
  for (const more of [{ search: [] }, { without: ['search'] }]) {
    const night = await aNight(workers().object('states/prod/a', 'worker:2'));
    const report = await night.plan({ ...settings, ...more });
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept());
    expect(night.sandbox.calls.list().filter(({ service }) => ['s3', 'ssm'].includes(service))).toEqual([]);
    expect(report.readings.map(({ part }) => part)).not.toContain('search');
  }
});

test('an old log that speaks of INACTIVE revisions makes no dangling reference, and none of them is described', async () => {
  const account = workers()
    .family('old', '1-3', { status: 'INACTIVE' })
    .family('old', '4')
    .object(`states/prod/${revisionArn('old:2')}`, '')
    .object('states/prod/log.json', JSON.stringify({ ran: revisionArn('old:1') }))
    .parameter('/log', revisionArn('old:3'))
    .object(
      'states/prod/log',
      `ran ${revisionArn('old:2')} and ${revisionArn('worker:2')}, then ${revisionArn('gone:7')}`,
    );
  const night = await aNight(account);
  const report = await night.plan({ ...settings, search: ['s3://states', 'ssm:/'] });
  expect(report.danglingReferences).toEqual([]);
  expect(report.actionItems).toEqual([]);
  expect(report.notes.filter((note) => note.includes('deleted'))).toEqual([]);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(2));
  const described = night.sandbox.calls.list().filter(({ operation }) => operation === 'DescribeTaskDefinition');
  expect(JSON.stringify(described)).not.toMatch(/old:[1-3]/);
});

test('an object or a parameter that the settings leave out by its ARN is not heeded, nor fetched', async () => {
  const account = workers()
    .object('states/prod/a', 'worker:2')
    .object('states/prod/b', 'worker:3')
    .parameter('/launch/a', revisionArn('worker:4'))
    .parameter('/launch/b', 'worker:5');
  const night = await aNight(account);
  const without = [objectArn('prod/a'), parameterArn('launch/a')];
  const report = await night.plan({ ...settings, search: ['s3://states', 'ssm:/launch'], without });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(3, 5));
  expect(night.sandbox.calls.count('GetObject')).toBe(1);
});

test('a revision that a text mentions from now on is kept, though the first reading did not see it', async () => {
  const night = await aNight(workers().object('states/prod/a', 'nothing'));
  night.sandbox.before(({ operation }) => {
    if (operation === 'ListTasks') write(night, 'prod/a', 'worker:2');
  });
  const report = await night.prune(settings);
  expect(report.results.deregistered.map(nameOf)).toEqual(kept(2));
  expect(report.results.skipped).toMatchObject([{ reason: 'object s3://states/prod/a mentions it' }]);
});

test('large objects pass one at a time, also after one that failed, and small ones at once', async () => {
  const turns = new OneAtATime();
  const [open, log]: [(() => void)[], string[]] = [[], []];
  const pass = (name: string, isLarge: boolean, fails = false) =>
    turns.run(isLarge, async () => {
      log.push(name);
      await new Promise<void>((resolve, reject) => {
        open.push(fails ? () => reject(new Error(name)) : resolve);
      });
    });
  const all = Promise.allSettled([pass('a', true, true), pass('b', true), pass('c', false)]);
  const settle = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return [...log];
  };
  expect(await settle()).toEqual(['c', 'a']);
  open.splice(0).forEach((one) => one());
  expect(await settle()).toEqual(['c', 'a', 'b']);
  open.splice(0).forEach((one) => one());
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

test('an object that is no text is reported as not checked, and holds nothing', async () => {
  const account = workers()
    .object('states/prod/zip', Uint8Array.of(80, 75, 3, 4, 0, 0))
    .object('states/prod/latin', Uint8Array.of(0x66, 0xfc, 0x72))
    .object('states/prod/broken.gz', gzipSync('worker:2').subarray(0, 20))
    .object('states/prod/twice.gz', gzipSync(gzipSync('worker:2')));
  const report = await (await aNight(account)).plan(settings);
  expect(report).toMatchObject({ outcome: 'PREVIEW', actionItems: [] });
  expect(report.notes).toEqual([
    'Not checked: object s3://states/prod/broken.gz, object s3://states/prod/latin, object s3://states/prod/twice.gz and object s3://states/prod/zip: not a UTF-8 text, packed or not.',
  ]);
});

test.each([
  { what: 'a prefix', search: 's3://states/prdo/' },
  { what: 'a path', search: 'ssm:/lunch/' },
])('$what without anything under it holds nothing, and the operator is asked to check it', async ({ search }) => {
  const account = workers().object('states/prod/a', 'worker:2').parameter('/launch/a', 'worker:2');
  const report = await (await aNight(account)).plan({ ...settings, search: [search] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept());
  const attention = report.actionItems.map(({ problem, remedy }) => ({
    says: problem,
    remedy: remedy.replace(/ Then look again.*/s, ''),
  }));
  expect(attention).toEqual([
    {
      says: `Not checked: ${search}: nothing exists there, so nothing was searched.`,
      remedy: `Check the spelling of ${search} in \`search\`, or remove that entry. Then check with a plan, which changes nothing: \`./pruner plan --region eu-west-1\``,
    },
  ]);
});

describe('what cannot be read to its end holds the run', () => {
  async function heldBy(night: Night, more: object = {}) {
    const report = await night.plan({ ...settings, ...more });
    expect(report.outcome).toBe('HELD');
    expect(report.plan?.toDeregister).toEqual([]);
    return report.plan?.hold?.problems;
  }

  test('an object that grew after it was listed', async () => {
    const night = await aNight(workers().object('states/prod/a', 'worker:2'));
    let grown = false;
    night.sandbox.before(({ operation }) => {
      if (operation === 'GetObject' && !grown) {
        grown = true;
        write(night, 'prod/a', 'x'.repeat(20 * MB + 1));
      }
    });
    expect((await heldBy(night))?.[0].reason).toContain('20971521 bytes');
  });

  test('a bucket that does not exist', async () => {
    const faults = await heldBy(await aNight(workers()));
    expect(faults).toMatchObject([{ part: 'search', kind: 'incomplete' }]);
    expect(faults?.[0].reason).toContain('there is no bucket states (NoSuchBucket: ');
    expect(faults?.[0].remedy).toContain('Check the spelling of s3://states/prod/ in `search`');
  });

  test.each([
    { code: 'InvalidObjectState', status: 403, kind: 'incomplete', remedy: 'restore it from the archive' },
    { code: 'KMS.DisabledException', status: 400, kind: 'denied', remedy: 'Allow kms:Decrypt on its key' },
    { code: 'AccessDenied', status: 403, kind: 'denied', remedy: 'allow kms:Decrypt on that key as well' },
  ])('an object that S3 refuses with $code', async ({ code, status, kind, remedy: next }) => {
    const night = await aNight(workers().object('states/prod/a', 'worker:2'));
    night.sandbox.faults.add({ operation: 'GetObject', kind: 'error', code, status });
    const faults = await heldBy(night);
    expect(faults).toMatchObject([{ part: 'search', kind }]);
    expect(faults?.[0].operation).toBe(`reading search: GetObject (${objectArn('prod/a')})`);
    expect(faults?.[0].remedy).toContain(next);
  });

  test('an object that came cut short', async () => {
    const night = await aNight(workers().object('states/prod/a', 'worker:2 worker:3'));
    night.sandbox.faults.add({
      operation: 'GetObject',
      kind: 'answer',
      change: (answer) => {
        Object.assign(answer, { Body: Buffer.from('worker:2'), ChecksumCRC32: undefined });
      },
    });
    expect((await heldBy(night))?.[0].reason).toContain(`${objectArn('prod/a')} came with 8 of its 17 bytes`);
  });

  test('a page that leads on and does not say where', async () => {
    const night = await aNight(workers().object('states/prod/a', 'worker:2').object('states/prod/b', ''), {
      pageSize: 1,
    });
    night.sandbox.faults.add({
      operation: 'ListObjectsV2',
      kind: 'answer',
      change: (answer) => {
        answer['NextContinuationToken'] = undefined;
      },
    });
    expect((await heldBy(night))?.[0].reason).toContain('a page has a successor, but no token for it');
  });
});

test('an object that vanished after it was listed is no problem', async () => {
  const account = workers().object('states/prod/a', 'worker:2').object('states/prod/b', 'worker:3');
  const night = await aNight(account);
  night.sandbox.before(({ operation, input }) => {
    if (operation === 'GetObject' && 'Key' in input && input.Key === 'prod/a')
      night.sandbox.account.storage.find('states')?.add({ ...marker(night), Key: 'prod/a' });
  });
  const report = await night.plan(settings);
  expect(report.plan?.hold).toBeUndefined();
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(3));
});

test('an object that S3 does not find holds the run while it is listed', async () => {
  const night = await aNight(workers().object('states/prod/a', 'worker:2'));
  night.sandbox.faults.add({ operation: 'GetObject', kind: 'error', code: 'NoSuchKey', status: 404 });
  const report = await night.plan(settings);
  expect(report.outcome).toBe('HELD');
  expect(report.plan?.hold?.problems[0].reason).toContain('is listed, but AWS says that it does not exist');
});

test('an object that is not changed is not fetched again on the next night, one that is changed is', async () => {
  const night = await aNight(workers().object('states/prod/a', 'worker:2').object('states/prod/b', 'worker:3'));
  const fetched = async (more: object = {}) => {
    const before = night.sandbox.calls.count('GetObject');
    // Nothing goes, so that the nights are alike.
    const report = await night.prune({ ...settings, minAgeDays: 3_000, ...more });
    expect(report.plan?.hold).toBeUndefined();
    return night.sandbox.calls.count('GetObject') - before;
  };
  expect(await fetched()).toBe(2);
  expect(await fetched()).toBe(0);
  write(night, 'prod/b', 'worker:4');
  expect(await fetched()).toBe(1);
  expect(await fetched()).toBe(0);
  // A short name may mean a family that is new.
  night.sandbox.account.registerTaskDefinition({
    family: 'fresh',
    containerDefinitions: [{ name: 'a', image: 'a' }],
  });
  expect(await fetched()).toBe(2);
  expect(await fetched()).toBe(0);
  const report = await night.plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(2, 4));
});

test('an object that changed between its listing and its reading is not remembered under what it was', async () => {
  const night = await aNight(workers().object('states/prod/a', 'worker:2'));
  let changes = 0;
  night.sandbox.before(({ operation }) => {
    if (operation === 'GetObject' && ++changes === 1) write(night, 'prod/a', 'worker:3');
  });
  const more = { ...settings, minAgeDays: 3_000 };
  await night.prune(more);
  write(night, 'prod/a', 'worker:2');
  await night.prune(more);
  const report = await night.prune(settings);
  expect(report.results.deregistered.map(nameOf)).toEqual(kept(2));
});

test('whatever text mentions a revision, in gzip or not, and whatever it was before, it stays', async () => {
  const number = fc.integer({ min: 1, max: 5 });
  const around = fc.constantFrom('', ' ', '"', '\n', 'x=', '/', "'");
  const written = fc.record({
    number,
    isArn: fc.boolean(),
    isGzip: fc.boolean(),
    isJson: fc.boolean(),
    before: around,
  });
  const contentOf = ({
    number,
    isArn,
    isGzip,
    isJson,
    before,
  }: typeof written extends fc.Arbitrary<infer One> ? One : never) => {
    const name = isArn ? revisionArn(`worker:${number}`) : `worker:${number}`;
    const text = isJson
      ? JSON.stringify({ deep: [JSON.stringify({ value: `${before}${name}` })] })
      : `${before}${name}\n`;
    return isGzip ? gzipSync(text) : text;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 1, maxLength: 4 }), async (contents) => {
      const night = await aNight(workers().object('states/prod/a', 'nothing yet'));
      for (const content of contents) {
        write(night, 'prod/a', contentOf(content));
        const report = await night.prune({ ...settings, maxDeregistrations: 1, minAgeDays: 3_000 });
        const reasons = report.plan?.families[0]?.spans.filter(({ verdict }) =>
          JSON.stringify(verdict).includes('"referenced"'),
        );
        expect(reasons?.flatMap(({ ranges }) => ranges)).toEqual([{ from: content.number, upto: content.number }]);
      }
    }),
    { seed: 11, numRuns: 8 },
  );
});

function write({ sandbox }: Night, Key: string, content: string | Uint8Array): void {
  sandbox.account.storage.find('states')?.add({
    Key,
    VersionId: sandbox.account.ids.hex(8),
    LastModified: new Date(sandbox.account.now()),
    object: storedObject(content, 'binary/octet-stream'),
  });
}

function marker({ sandbox }: Night) {
  return { VersionId: 'm', LastModified: new Date(sandbox.account.now()), object: undefined };
}

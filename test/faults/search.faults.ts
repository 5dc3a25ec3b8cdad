// The largest object that is searched: it must fit into a run's memory and time, packed or not.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import { anAccount, revisionArn } from '../support/account.ts';
import { aNight, type Night } from '../support/night.ts';

const MB = 1024 * 1024;
const BYTES = 20 * MB;
const settings = { keepLatest: 1, search: ['s3://states/prod/'] };
/** worker:1 to worker:5 are deregistered unless something mentions them. */
const workers = () => anAccount().family('worker', '1-6').cluster('prod');
const kept = (...numbers: readonly number[]) =>
  [1, 2, 3, 4, 5].filter((number) => !numbers.includes(number)).map((number) => `worker:${number}`);
const objectArn = (key: string) => `arn:aws:s3:::states/${key}`;
async function heldBy(night: Night) {
  const report = await night.plan(settings);
  expect(report.outcome).toBe('HELD');
  expect(report.plan?.toDeregister).toEqual([]);
  return report.plan?.hold?.problems;
}

test.each([
  { what: 'packed', pack: (text: Buffer) => gzipSync(text, { level: 1 }) },
  { what: 'plain', pack: (text: Buffer) => text },
])('an object of exactly 20 MB, $what, keeps the revisions that it mentions', async ({ pack }) => {
  const text = Buffer.alloc(BYTES, 'x ');
  text.write(` ${revisionArn('worker:2')} `, BYTES / 2);
  const account = anAccount().family('worker', '1-3').cluster('prod').object('states/big', pack(text));
  const report = await (await aNight(account)).plan({ keepLatest: 1, search: ['s3://states'] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(['worker:1']);
});

test('more than ten thousand objects under one prefix hold the run without a download', async () => {
  const account = anAccount().family('worker', '1-3').cluster('prod');
  for (let index = 0; index <= 10_000; index++) account.object(`states/prod/${index}`, 'x');
  const night = await aNight(account);
  const report = await night.plan({ keepLatest: 1, search: ['s3://states/prod/'] });
  expect(report.plan?.toDeregister).toEqual([]);
  const [fault] = report.plan?.hold?.problems ?? [];
  expect(fault?.reason).toContain(
    'there are more than 10000 objects under s3://states/prod/: 10001 were found so far, and none was searched',
  );
  expect(fault?.remedy).toContain('Give `search` a narrower prefix.');
  expect(night.sandbox.calls.count('GetObject')).toBe(0);
});

test.each([
  {
    what: 'one byte more than 20 MB',
    content: new Uint8Array(20 * MB + 1).fill(97),
    has: '20971521 bytes',
  },
  {
    what: 'gzip of one byte more than 20 MB',
    content: gzipSync(new Uint8Array(20 * MB + 1).fill(97)),
    has: 'bytes, and more than that unpacked',
  },
])('an object of $what holds the run, unless the settings exclude its ARN', async ({ content, has }) => {
  const account = workers().object('states/prod/big', content).object('states/prod/a', 'worker:2');
  const night = await aNight(account);
  const faults = await heldBy(night);
  expect(faults).toMatchObject([{ part: 'search', kind: 'incomplete' }]);
  expect(faults?.[0].reason).toContain(`${objectArn('prod/big')} has `);
  expect(faults?.[0].reason).toContain(has);
  expect(faults?.[0].reason).toContain('at most 20 MB (20971520 bytes)');
  expect(faults?.[0].remedy).toContain(`\`without: ["${objectArn('prod/big')}"]\``);
  const report = await night.plan({ ...settings, without: [objectArn('prod/big')] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(2));
});

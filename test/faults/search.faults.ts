// The largest object that is searched: it must fit into a run's memory and time, packed or not.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nameOf } from '../../shared/revision.ts';
import { anAccount, revisionArn } from '../account.ts';
import { aNight } from '../night.ts';

const BYTES = 20 * 1024 * 1024;

test.each([
  { what: 'packed', pack: (text: Buffer) => gzipSync(text, { level: 1 }) },
  { what: 'plain', pack: (text: Buffer) => text },
])('an object of just 20 MB, $what, keeps what it mentions', async ({ pack }) => {
  const text = Buffer.alloc(BYTES, 'x ');
  text.write(` ${revisionArn('worker:2')} `, BYTES / 2);
  const account = anAccount().family('worker', '1-3').cluster('prod').object('states/big', pack(text));
  const report = await (await aNight(account)).plan({ keepLatest: 1, search: ['s3://states'] });
  expect(report.plan?.going.map(nameOf)).toEqual(['worker:1']);
});

test('more than ten thousand objects under one prefix hold the run, and none of them is fetched', async () => {
  const account = anAccount().family('worker', '1-3').cluster('prod');
  for (let index = 0; index <= 10_000; index++) account.object(`states/prod/${index}`, 'x');
  const night = await aNight(account);
  const report = await night.plan({ keepLatest: 1, search: ['s3://states/prod/'] });
  expect(report.plan?.going).toEqual([]);
  const [fault] = report.plan?.hold?.faults ?? [];
  expect(fault?.said).toContain(
    'there are more than 10000 objects under s3://states/prod/: 10001 were found so far, and none was searched',
  );
  expect(fault?.next).toContain('Give `search` a narrower prefix.');
  expect(night.sandbox.calls.count('GetObject')).toBe(0);
});

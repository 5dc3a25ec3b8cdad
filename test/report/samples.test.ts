// Reads recorded report documents of every published version with the current reader.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseReport } from '../../shared/report/json/parse-report.ts';

const folder = 'test/report/samples';
const read = (name: string) =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
const sample = (name: string) => parseReport(read(name));

test.each(readdirSync(folder))('the sample %s is read as a document of the current version', (name) => {
  const { version, target, counts } = sample(name);
  expect([version, target?.account]).toEqual([2, name.endsWith('-failed.json') ? undefined : '123456789012']);
  expect(counts.active).toBe(counts.kept + counts.held + counts.deferred + counts.planned);
});

test.each(['version-1', 'version-2'])(
  'the samples of %s have a plan, a run, a held run and a failed run',
  (version) => {
    const outcomes = ['plan', 'run', 'held', 'failed'].map((name) => sample(`${version}-${name}.json`).outcome);
    expect(outcomes).toEqual(['PREVIEW', 'ACTION', 'HELD', 'FAILED']);
  },
);

describe('a document of version 1', () => {
  test('keeps its lists', () => {
    const { plan, attention } = sample('version-1-run.json');
    expect(plan.map(({ family, ranges, revisions }) => [family, ranges, revisions.length])).toEqual([
      ['api', ['1-6', '8'], 7],
      ['batch-nightly', ['1-40', '44-50'], 47],
      ['web', ['3', '5-140'], 137],
    ]);
    expect(attention).toHaveLength(2);
  });

  test('gets the revisions that it left out from their ranges', () => {
    const { plan } = sample('version-1-shortened.json');
    expect(plan[0]).toEqual({
      family: 'api',
      ranges: ['1-6', '8'],
      revisions: ['api:1', 'api:2', 'api:3', 'api:4', 'api:5', 'api:6', 'api:8'],
    });
  });

  test('of an early commit, without a trend, has an empty one', () => {
    const { trend: _, ...early } = read('version-1-plan.json');
    expect(parseReport(early).trend).toEqual([]);
  });

  test('with a range of a damaged document is refused before it fills the memory', () => {
    const endless = [{ family: 'web', ranges: ['1-999999999999999'] }];
    const damaged = { ...read('version-1-plan.json'), plan: endless };
    expect(() => parseReport(damaged)).toThrow('web has more than 1000000 revisions');
  });
});

test.each([
  { what: 'a later version', value: { ...read('version-2-plan.json'), version: 3 }, message: 'expected 2' },
  { what: 'an unknown member', value: { ...read('version-2-plan.json'), shortened: [] }, message: 'shortened' },
  { what: 'no version', value: {}, message: 'version' },
  { what: 'no members', value: 'OK', message: 'expected object' },
])('a document with $what is refused', ({ value, message }) => {
  expect(() => parseReport(value)).toThrow(message);
});

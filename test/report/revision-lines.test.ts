// The lines of `plan --ndjson`.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { revisionLine, writeRevisionLines } from '../../shared/report/json/revision-lines.ts';
import type { Plan } from '../../shared/plan/verdict.ts';
import { hostileReport, hostileReports } from '../support/hostile.ts';
import { aPlan, aReference, denied } from '../support/reports.ts';

function linesOf({ families }: Plan) {
  let text = '';
  writeRevisionLines(families, (chunk) => (text += chunk));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => revisionLine.parse(JSON.parse(line)));
}

test('revision-line.schema.json is what the code makes of the schema', () => {
  const committed: unknown = JSON.parse(readFileSync('schemas/revision-line.schema.json', 'utf8'));
  expect(committed, 'run npm run generate').toEqual(z.toJSONSchema(revisionLine));
});

test('a line has the verdict of its revision, and the first reason', () => {
  const plan = aPlan({
    api: { '1': 'deregister', '2': 'deferred', '4': 'newest: the newest of its family + min-age: young' },
  });
  const nothing = { rule: null, reason: null, source: null };
  expect(linesOf(plan)).toEqual([
    { version: 1, family: 'api', number: 1, verdict: 'deregister', ...nothing },
    { version: 1, family: 'api', number: 2, verdict: 'deferred', ...nothing, reason: 'over the cap of one run' },
    {
      version: 1,
      family: 'api',
      number: 4,
      verdict: 'keep',
      rule: 'newest',
      reason: 'the newest of its family',
      source: null,
    },
  ]);
});

test('a line names the source of the first reference, also behind another rule', () => {
  const by = [
    aReference('schedules', 'arn:1', 'starts', 'web:1'),
    aReference('tasks', 'arn:2', 'runs', 'web:1'),
  ] as const;
  const verdict = {
    verdict: 'keep',
    reasons: [
      { rule: 'newest', text: 'the newest of its family' },
      { rule: 'referenced', text: 'schedule nightly starts it', by },
    ],
  } as const;
  const spans = [{ ranges: [{ from: 1, upto: 1 }], verdict }];
  const [line] = linesOf({ ...aPlan({}), families: [{ family: 'web', newest: 1, unresolved: [], spans }] });
  expect(line).toMatchObject({ rule: 'newest', source: 'schedules' });
});

test('a held revision has the cause', () => {
  const [line] = linesOf(aPlan({ web: { '1': 'hold' } }, [denied]));
  expect(line).toMatchObject({
    verdict: 'hold',
    rule: null,
    reason: 'not everything that may reference it could be read',
  });
});

test.each(hostileReports)('%s stays within its line', (_, text) => {
  const { plan } = hostileReport(text);
  expect(linesOf(plan ?? aPlan({})).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
});

test('a million revisions are written in chunks of bounded length', () => {
  const { families } = aPlan({ web: { '1-1000000': 'deregister' } });
  let lines = 0;
  let longest = 0;
  writeRevisionLines(families, (chunk) => {
    longest = Math.max(longest, chunk.length);
    lines += chunk.split('\n').length - 1;
  });
  expect(lines).toBe(1_000_000);
  expect(longest).toBeLessThan(70_000);
});

// Tests the report as JSON: its lists, and the schema that describes them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { reportDocument } from '../../shared/report/json/report-schema.ts';
import { someResults, aPlan, aReport, aRevision } from '../support/reports.ts';

test('report.schema.json is what the code makes of the schema', () => {
  const committed: unknown = JSON.parse(readFileSync('schemas/report.schema.json', 'utf8'));
  expect(committed, 'run npm run generate').toEqual(z.toJSONSchema(reportDocument));
});

const plan = aPlan({
  web: {
    '1-3, 5': 'deregister',
    '6-7': 'deferred',
    '8': 'referenced: service prod/web deploys it + newest: the newest of its family',
  },
  api: { '4': 'deregister', '5': 'newest: the newest of its family' },
});

test('the document lists planned, deregistered and waiting revisions by family', () => {
  const done = someResults(plan, {
    notReached: [aRevision('web:5')],
    skipped: [{ revision: aRevision('api:4'), reason: 'tagged' }],
    alreadyInactive: [aRevision('web:1')],
  });
  const document = toReportDocument(aReport({ plan, results: done }));
  expect(document.plan).toEqual([
    { family: 'api', ranges: ['4'], revisions: ['api:4'] },
    { family: 'web', ranges: ['1-3', '5'], revisions: ['web:1', 'web:2', 'web:3', 'web:5'] },
  ]);
  expect(document.deregistered).toEqual([{ family: 'web', ranges: ['2-3'], revisions: ['web:2', 'web:3'] }]);
  expect(document.deferred).toEqual([{ family: 'web', ranges: ['6-7'], revisions: ['web:6', 'web:7'] }]);
  expect(document.notReached).toEqual([{ family: 'web', ranges: ['5'], revisions: ['web:5'] }]);
  expect(document.alreadyInactive).toEqual([{ family: 'web', ranges: ['1'], revisions: ['web:1'] }]);
  expect(document.skipped).toEqual([{ revision: 'api:4', reason: 'tagged' }]);
});

test('a dry run has a plan and nothing deregistered', () => {
  const document = toReportDocument(aReport({ plan, run: { dryRun: true } }));
  expect(document.run.dryRun).toBe(true);
  expect(document.plan).toHaveLength(2);
  expect(document.deregistered).toEqual([]);
});

test('a kept revision has all its reasons, with their references', () => {
  const { kept } = toReportDocument(aReport({ plan }));
  expect(kept).toEqual([
    {
      family: 'api',
      spans: [{ ranges: ['5'], reasons: [{ rule: 'newest', text: 'the newest of its family' }] }],
    },
    {
      family: 'web',
      spans: [
        {
          ranges: ['8'],
          reasons: [
            {
              rule: 'referenced',
              text: 'service prod/web deploys it',
              by: [
                {
                  source: 'services',
                  referrer: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
                  relation: 'deploys',
                },
              ],
            },
            { rule: 'newest', text: 'the newest of its family' },
          ],
        },
      ],
    },
  ]);
});

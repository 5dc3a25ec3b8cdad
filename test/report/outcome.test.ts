// Tests the outcome of a report, its action items and its backlog.
import { describe, expect, test } from 'vitest';
import { noResults, type Stop } from '../../shared/domain/apply-results.ts';
import { needsAction } from '../../shared/report/model/report.ts';
import { markUndelivered } from '../../shared/report/model/build-report.ts';
import { someResults, aPlan, aReference, aReport, aRevision, denied } from '../support/reports.ts';

const plan = aPlan({
  web: { '1-6': 'deregister', '7-9': 'deferred', '10': 'newest: the newest of its family' },
});
const held = aPlan({ web: { '1-9': 'hold', '10': 'newest: the newest of its family' } }, [denied]);
const stop = (by: Stop['by']): Stop => ({ by, reason: 'a reason', remedy: 'Do this.' });
const failed = [{ revision: aRevision('web:1'), reason: 'AWS refused it', answer: 'no' }];
const late = [aReference('services', 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web', 'runs', 'web:1')];
const failure = { operation: 'asking', reason: 'no', remedy: 'Ask again.' };

describe('the outcome', () => {
  test.each([
    { night: 'that went well', given: { results: someResults(plan) }, outcome: 'OK' },
    { night: 'with nothing to do', given: { plan: aPlan({}) }, outcome: 'OK' },
    { night: 'that is a dry run', given: { run: { dryRun: true } }, outcome: 'PREVIEW' },
    { night: 'whose time was over', given: { results: someResults(plan, { stop: stop('time') }) }, outcome: 'OK' },
    {
      night: 'that was throttled early',
      given: { results: someResults(plan, { stop: stop('throttled') }) },
      outcome: 'OK',
    },
    {
      night: 'that the operator interrupted',
      given: { results: someResults(plan, { stop: stop('interrupted') }) },
      outcome: 'OK',
    },
    {
      night: 'with a glob that matches no family',
      given: { results: someResults(plan), unmatched: ['a'] },
      outcome: 'ACTION',
    },
    {
      night: 'with such a glob, in a dry run',
      given: { run: { dryRun: true }, unmatched: ['a'] },
      outcome: 'ACTION',
    },
    {
      night: 'with such a glob, in an account without ECS',
      given: { plan: aPlan({}), unmatched: ['a'] },
      outcome: 'OK',
    },
    { night: 'whose clock is 5 minutes off', given: { clockAheadMs: 300_000 }, outcome: 'OK' },
    {
      night: 'whose clock is more than 5 minutes ahead',
      given: { clockAheadMs: 300_001 },
      outcome: 'ACTION',
    },
    {
      night: 'whose clock is more than 5 minutes behind',
      given: { clockAheadMs: -300_001 },
      outcome: 'ACTION',
    },
    {
      night: 'with a late reference',
      given: { results: someResults(plan, { lateReferences: late }) },
      outcome: 'ACTION',
    },
    { night: 'that could not read all', given: { plan: held }, outcome: 'HELD' },
    {
      night: 'that could not read all, as a dry run',
      given: { plan: held, run: { dryRun: true } },
      outcome: 'HELD',
    },
    {
      night: 'that was held midway',
      given: { results: someResults(plan, { stop: stop('hold') }) },
      outcome: 'HELD',
    },
    { night: 'that AWS refused something', given: { results: someResults(plan, { failed }) }, outcome: 'PARTIAL' },
    {
      night: 'in which AWS refused every call',
      given: { results: { ...noResults, failed } },
      outcome: 'FAILED',
    },
    {
      night: 'that was aborted',
      given: { results: someResults(plan, { stop: stop('abort') }) },
      outcome: 'FAILED',
    },
    { night: 'that failed as a whole', given: { plan: undefined, failure }, outcome: 'FAILED' },
    { night: 'that failed and was held', given: { plan: held, failure }, outcome: 'FAILED' },
  ])('of a night $night is $outcome', ({ given, outcome }) => {
    const report = aReport({ plan, results: noResults, ...given });
    expect(report.outcome).toBe(outcome);
    expect(needsAction(report)).toBe(!['OK', 'PREVIEW', 'PARTIAL'].includes(outcome));
    expect(report.actionItems.length > 0).toBe(needsAction(report));
  });

  test('of a report that could not be sent is FAILED, with that as the first action item', () => {
    const report = markUndelivered(aReport({ results: someResults(plan), plan, unmatched: ['a'] }), failure);
    expect(report.outcome).toBe('FAILED');
    expect(report.actionItems.map(({ problem }) => problem)).toEqual([
      'asking failed: no',
      'Globs in the settings match no family: a',
    ]);
  });
});

describe('the action items', () => {
  test('have one entry for a problem that repeats in every cluster', () => {
    const more = Array.from({ length: 39 }, (_, index) => ({ ...denied, operation: `cluster ${index}` }));
    const { actionItems } = aReport({ plan: aPlan({ web: { '1': 'hold' } }, [denied, ...more]) });
    expect(actionItems).toHaveLength(1);
    expect(actionItems[0]?.problem).toContain('failed, and 39 more like it: User: ');
  });

  test('have one entry for an abort and its cause', () => {
    const byCall = aReport({ plan, results: someResults(plan, { failed, stop: stop('abort') }) });
    expect(byCall.actionItems.map(({ problem }) => problem)).toEqual([
      'Could not deregister web:1: AWS refused it: no',
    ]);
    expect(byCall.actionItems[0]?.remedy).toMatch(/^Do this\. /);
    const byReference = aReport({
      plan,
      results: someResults(plan, { lateReferences: late, stop: stop('abort') }),
    });
    expect(byReference.actionItems).toHaveLength(1);
    expect(byReference.actionItems[0]?.problem).toMatch(
      /^This run deregistered web:1, but service prod\/web runs it: the task keeps running, but nothing can start it again$/,
    );
    const byBoth = aReport({
      plan,
      results: someResults(plan, { failed, lateReferences: late, stop: stop('abort') }),
    });
    expect(byBoth.actionItems).toHaveLength(2);
  });

  test('always end with a command or settings line to paste', () => {
    const report = aReport({
      plan: held,
      results: { ...noResults, failed, lateReferences: late, stop: stop('hold') },
      failure,
      unmatched: ['a'],
      clockAheadMs: 1e6,
    });
    expect(report.actionItems).toHaveLength(7);
    for (const { remedy } of report.actionItems) expect(remedy).toMatch(/: `[^`]+`$/);
  });
});

describe('the backlog', () => {
  test.each([
    { night: 'over the cap', given: { results: someResults(plan), cap: 6 }, revisions: 3, nights: 1 },
    { night: 'that ends with the cap', given: { results: someResults(plan), cap: 3 }, revisions: 3, nights: 1 },
    { night: 'one over two caps', given: { results: someResults(plan), cap: 1 }, revisions: 3, nights: 3 },
    {
      night: 'that stopped early',
      given: { results: someResults(plan, { notReached: [aRevision('web:6')] }), cap: 3 },
      revisions: 4,
      nights: 2,
    },
    { night: 'that is a dry run', given: { run: { dryRun: true }, cap: 6 }, revisions: 9, nights: 2 },
    { night: 'that is held', given: { plan: held, cap: 6 }, revisions: 9, nights: 2 },
    { night: 'with nothing to do', given: { plan: aPlan({}), cap: 6 }, revisions: 0, nights: 0 },
  ])('of a night $night is $revisions revisions and $nights nights', ({ given, revisions, nights }) => {
    const { backlog } = aReport({ plan, results: noResults, ...given });
    expect(backlog).toEqual({ revisions, nights, cap: given.cap, atLeast: false });
  });
});

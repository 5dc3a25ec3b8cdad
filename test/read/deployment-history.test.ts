// Tests which revision a rollback picks, by the history of a service, and which histories are not guessed.
import type { ServiceDeployment, ServiceDeploymentBrief, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { historyOf, rolesOf, toDescribe } from '../../shared/sources/deployment-history.ts';

const DAY = 86_400_000;
const now = Date.parse('2026-11-24T02:30:00Z');
const usedSince = now - 30 * DAY;
const daysAgo = (days: number) => new Date(now - days * DAY);

type Line = readonly [status: ServiceDeploymentStatus, to: string, days?: number];

/** Deployments `1`, `2`, … in the order given, each ten days older than the one before when nothing is said. */
function briefs(...lines: readonly Line[]): ServiceDeploymentBrief[] {
  return lines.map(([status, to, days], index) => ({
    serviceDeploymentArn: `${index + 1}`,
    status,
    targetServiceRevisionArn: to,
    createdAt: daysAgo(days ?? 40 + 10 * index),
  }));
}

function roles(listed: ServiceDeploymentBrief[], described: Readonly<Record<string, ServiceDeployment>> = {}) {
  return rolesOf(historyOf(listed), new Map(Object.entries(described)), { usedSince, now });
}

const backTo = (arn: string): ServiceDeployment => ({ rollback: { serviceRevisionArn: arn } });

describe('what a rollback picks', () => {
  test.each<{
    history: string;
    lines: readonly Line[];
    back?: Record<string, ServiceDeployment>;
    picks: string[];
  }>([
    { history: 'is empty', lines: [], picks: [] },
    { history: 'has one success', lines: [['SUCCESSFUL', 'c']], picks: ['c'] },
    {
      history: 'has three successes',
      lines: [
        ['SUCCESSFUL', 'c'],
        ['SUCCESSFUL', 'b'],
        ['SUCCESSFUL', 'a'],
      ],
      picks: ['c', 'b'],
    },
    {
      history: 'has failures between',
      lines: [
        ['STOPPED', 'e'],
        ['SUCCESSFUL', 'd'],
        ['ROLLBACK_FAILED', 'c'],
        ['STOPPED', 'b'],
        ['SUCCESSFUL', 'a'],
      ],
      picks: ['d', 'a'],
    },
    {
      history: 'has a rollback, which made no service revision',
      lines: [
        ['ROLLBACK_SUCCESSFUL', 'c'],
        ['SUCCESSFUL', 'b'],
        ['SUCCESSFUL', 'a'],
      ],
      back: { 1: backTo('b') },
      picks: ['b', 'a'],
    },
    {
      history: 'has a rollback to what is no more listed',
      lines: [
        ['ROLLBACK_SUCCESSFUL', 'c'],
        ['SUCCESSFUL', 'b'],
        ['SUCCESSFUL', 'a'],
      ],
      back: { 1: backTo('older') },
      picks: ['older', 'b'],
    },
    {
      history: 'has one under way',
      lines: [
        ['IN_PROGRESS', 'c'],
        ['SUCCESSFUL', 'b'],
        ['SUCCESSFUL', 'a'],
      ],
      picks: ['b', 'a'],
    },
  ])('where the history $history: $picks', ({ lines, back = {}, picks }) => {
    expect([...roles(briefs(...lines), back).picks]).toEqual(picks);
  });

  test('does not depend on the order of the list', () => {
    const listed = briefs(['SUCCESSFUL', 'c'], ['SUCCESSFUL', 'b'], ['SUCCESSFUL', 'a']);
    expect([...roles(listed.toReversed()).picks]).toEqual(['c', 'b']);
  });

  test('has the undated ones besides the two that are dated', () => {
    const undated = briefs(['SUCCESSFUL', 'x']).map((brief) => ({ ...brief, createdAt: undefined }));
    const listed = briefs(['SUCCESSFUL', 'c'], ['SUCCESSFUL', 'b'], ['SUCCESSFUL', 'a']).map((brief, index) => ({
      ...brief,
      serviceDeploymentArn: `dated ${index}`,
    }));
    expect([...roles([...undated, ...listed]).picks].toSorted()).toEqual(['b', 'c', 'x']);
  });
});

describe('what was there before a history that is too short', () => {
  const from = (...arns: string[]): ServiceDeployment => ({
    sourceServiceRevisions: arns.map((arn) => ({ arn })),
  });

  test.each<{ history: string; lines: readonly Line[]; before: string[] }>([
    { history: 'one success', lines: [['SUCCESSFUL', 'c']], before: ['z'] },
    {
      history: 'one success after another of the same',
      lines: [
        ['SUCCESSFUL', 'c'],
        ['SUCCESSFUL', 'c'],
      ],
      before: ['z'],
    },
    {
      history: 'two successes',
      lines: [
        ['SUCCESSFUL', 'c'],
        ['SUCCESSFUL', 'b'],
      ],
      before: [],
    },
    { history: 'no success', lines: [['STOPPED', 'c']], before: [] },
  ])('$history: $before', ({ lines, before }) => {
    const last = `${lines.length}`;
    expect([...roles(briefs(...lines), { [last]: from('z') }).before]).toEqual(before);
    const asked = toDescribe(historyOf(briefs(...lines)), usedSince).map(({ arn }) => arn);
    expect(asked).toEqual(before.length === 0 ? [] : [last]);
  });

  test('need not be known', () => {
    const { before, isIncomplete } = roles(briefs(['SUCCESSFUL', 'c']));
    expect([[...before], isIncomplete]).toEqual([[], false]);
  });
});

describe('what is under way', () => {
  test.each(['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'] as const)(
    '%s leads to its target, and away from its sources',
    (status) => {
      const sourceServiceRevisions = [{ arn: 'b' }, { arn: 'a' }];
      const { deploys, leaves, isIncomplete } = roles(briefs([status, 'c']), { 1: { sourceServiceRevisions } });
      expect([[...deploys], [...leaves], isIncomplete]).toEqual([['c'], ['b', 'a'], false]);
    },
  );

  test.each(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'] as const)('%s is not', (status) => {
    const { deploys, leaves } = roles(briefs([status, 'c']), { 1: backTo('b') });
    expect([[...deploys], [...leaves]]).toEqual([[], []]);
  });

  test('that already rolls back leaves for its target', () => {
    const described = { sourceServiceRevisions: [{ arn: 'b' }], ...backTo('a') };
    expect([...roles(briefs(['ROLLBACK_IN_PROGRESS', 'c']), { 1: described }).leaves]).toEqual(['b', 'a']);
  });

  test('comes from somewhere: a source without ARN cannot be read', () => {
    const described = { sourceServiceRevisions: [{}] };
    expect(() => roles(briefs(['IN_PROGRESS', 'c']), { 1: described })).toThrow('has a source without ARN');
  });
});

describe('what ECS does not tell', () => {
  test.each<{
    what: string;
    line: Line;
    described: Record<string, ServiceDeployment>;
    isIncomplete: boolean;
  }>([
    { what: 'what is under way', line: ['IN_PROGRESS', 'c'], described: {}, isIncomplete: true },
    { what: 'where it comes from', line: ['IN_PROGRESS', 'c'], described: { 1: {} }, isIncomplete: true },
    {
      what: 'nothing: a first deployment comes from nowhere',
      line: ['IN_PROGRESS', 'c'],
      described: { 1: { sourceServiceRevisions: [] } },
      isIncomplete: false,
    },
    { what: 'what went back', line: ['ROLLBACK_SUCCESSFUL', 'c'], described: {}, isIncomplete: true },
    { what: 'where that went', line: ['ROLLBACK_SUCCESSFUL', 'c'], described: { 1: {} }, isIncomplete: true },
    {
      what: 'nothing: a success needs no more',
      line: ['SUCCESSFUL', 'c'],
      described: {},
      isIncomplete: false,
    },
  ])('$what: $isIncomplete', ({ line, described, isIncomplete }) => {
    expect(roles(briefs(line), described).isIncomplete).toBe(isIncomplete);
  });

  test.each<[string, Partial<ServiceDeploymentBrief> | { status: string }, string]>([
    ['a state of tomorrow', { status: 'REHEARSING' }, '1: status is REHEARSING, which this version does not know'],
    ['no state', { status: undefined }, '1: status is missing'],
    ['a state that every object has', { status: 'constructor' }, 'status is constructor'],
    ['no target', { targetServiceRevisionArn: undefined }, '1 has no target'],
    ['no ARN', { serviceDeploymentArn: undefined }, 'a deployment without ARN'],
  ])('%s: it cannot be read', (_, change, said) => {
    const listed = briefs(['STOPPED', 'c']).map((brief) => Object.assign(brief, change));
    expect(() => historyOf(listed)).toThrow(said);
  });
});

describe('what is described', () => {
  const asked = (...lines: readonly Line[]) => toDescribe(historyOf(briefs(...lines)), usedSince).map(({ arn }) => arn);

  test('is what is under way, and no success', () => {
    expect(asked(['SUCCESSFUL', 'd'], ['IN_PROGRESS', 'c'], ['SUCCESSFUL', 'b'], ['PENDING', 'a'])).toEqual(['2', '4']);
  });

  test('is what rolled back, until two successes are found', () => {
    const back = (to: string): Line => ['ROLLBACK_SUCCESSFUL', to];
    expect(asked(back('e'), ['SUCCESSFUL', 'd'], back('c'), ['SUCCESSFUL', 'b'], back('a'))).toEqual(['1', '3']);
    // The same service revision twice is one.
    expect(asked(['SUCCESSFUL', 'd'], ['SUCCESSFUL', 'd'], back('c'), ['SUCCESSFUL', 'b'])).toEqual(['3']);
  });

  test('is what rolled back within the days', () => {
    const old: Line[] = [
      ['SUCCESSFUL', 'c', 1],
      ['SUCCESSFUL', 'b', 2],
    ];
    expect(asked(...old, ['ROLLBACK_SUCCESSFUL', 'a', 29])).toEqual(['3']);
    expect(asked(...old, ['ROLLBACK_SUCCESSFUL', 'a', 31])).toEqual([]);
  });
});

describe('what was deployed lately', () => {
  test.each([
    { days: 0, status: 'SUCCESSFUL' as const, used: ['c'] },
    { days: 30, status: 'SUCCESSFUL' as const, used: ['c'] }, // the boundary itself still counts
    { days: 30.001, status: 'SUCCESSFUL' as const, used: [] },
    { days: 3, status: 'STOPPED' as const, used: ['c'] },
    { days: 3, status: 'ROLLBACK_FAILED' as const, used: ['c'] },
    { days: 3, status: 'IN_PROGRESS' as const, used: ['c'] },
  ])('$status $days days ago: $used', ({ days, status, used }) => {
    expect([...roles(briefs([status, 'c', days])).used.keys()]).toEqual(used);
  });

  test('counts from its last event, never from the future, and from now when that is unknown', () => {
    const at = (times: Partial<ServiceDeploymentBrief>) =>
      roles(briefs(['SUCCESSFUL', 'c', 50]).map((brief) => ({ ...brief, ...times }))).used.get('c');
    expect(at({})).toBeUndefined();
    expect(at({ finishedAt: daysAgo(20) })).toBe(now - 20 * DAY);
    expect(at({ startedAt: daysAgo(10), finishedAt: daysAgo(20) })).toBe(now - 10 * DAY);
    expect(at({ finishedAt: daysAgo(-1) })).toBe(now);
    expect(at({ createdAt: undefined })).toBe(now);
  });

  test('is also the target of a rollback', () => {
    const { used } = roles(briefs(['ROLLBACK_SUCCESSFUL', 'c', 3]), { 1: backTo('b') });
    expect([...used.keys()]).toEqual(['c', 'b']);
  });
});

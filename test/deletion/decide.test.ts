// Blockers of a deletion: each test breaks one rule. Expected sentences are typed by hand.
import { describe, expect, test } from 'vitest';
import type { Evidence, UnresolvedReference } from '../../shared/domain/evidence.ts';
import type { Policy } from '../../shared/plan/policy.ts';
import { decideDeletions, type RevisionState, deletionBlocker } from '../../shared/deletion/decide.ts';
import { anyReference } from '../../shared/domain/pattern.ts';
import { asOf, denied, given, referenceTo, policy, rollout, usage, used } from '../support/given.ts';

/** web:3 was deregistered long ago; web:8 to web:10 are ACTIVE. */
const web3 = { family: 'web', number: 3 };
const active = { web: '8-10', api: '1-4' };
const blockerOf = (evidence: Evidence, by: Policy = policy({ usedWithinDays: 30 })) => {
  const answer = decideDeletions([web3], evidence, by);
  return 'hold' in answer ? `held: ${answer.hold.reason}` : answer.keep.get('web:3');
};
const unused = usage(60);
const unresolved = (resolvesTo: UnresolvedReference['resolvesTo']): UnresolvedReference => ({
  kind: 'unresolved',
  source: 'state-machines',
  referrer: 'arn:aws:states:eu-west-1:123456789012:stateMachine:nightly',
  description: 'computes its task definition',
  resolvesTo,
});

describe('the decision on a deletion', () => {
  test('allows a revision without references', () => {
    expect(blockerOf(given(active, { usage: unused }))).toBeUndefined();
  });

  test('allows a revision of a family that its referrer registers before each run', () => {
    const registers = { ...unresolved({ kind: 'pattern', parts: ['web:', ''] }), registersFirst: true as const };
    expect(blockerOf(given(active, { usage: unused, findings: [registers] }))).toBeUndefined();
  });

  test.each([
    { relation: 'runs', reason: 'task prod/1 runs it' },
    { relation: 'ran', reason: 'task prod/1 ran it' },
    { relation: 'deploys', reason: 'task prod/1 deploys it' },
    { relation: 'rolls back to', reason: 'task prod/1 rolls back to it' },
    { relation: 'starts', reason: 'task prod/1 starts it' },
    { relation: 'holds', reason: 'task prod/1 holds it' },
    { relation: 'mentions', reason: 'task prod/1 mentions it' },
  ] as const)('is blocked when a task $relation it', ({ relation, reason }) => {
    expect(blockerOf(given(active, { usage: unused, findings: [referenceTo('task/prod/1', 'web:3', relation)] }))).toBe(
      reason,
    );
  });

  test.each([
    {
      what: 'a service that deploys a newer revision of its family',
      evidence: given(active, { usage: unused, findings: [rollout('service/prod/web', 'web:9')] }),
      reason: 'service prod/web is in a deployment of its family',
    },
    {
      what: 'a recent use in the event history',
      evidence: given(active, { usage: usage(60, { 'web:3': 29 }) }),
      reason: 'used since 25 October 2026',
    },
    {
      what: 'a recent use in another source',
      evidence: given(active, { usage: unused, findings: [used('web:3', 30)] }),
      reason: 'used since 25 October 2026',
    },
    {
      what: 'a usage history that is too short',
      evidence: given(active, { usage: usage(29) }),
      reason: 'usage known since 26 October 2026',
    },
    {
      what: 'the protecting tag in the tag query',
      evidence: given(active, { usage: unused, tagged: ['web:3'] }),
      reason: 'tagged keep',
    },
    {
      what: 'a computed name of its family',
      evidence: given(active, { usage: unused, findings: [unresolved({ kind: 'pattern', parts: ['web:', ''] })] }),
      reason: 'state machine nightly computes its task definition',
    },
    {
      what: 'a computed name with the prefix of its family',
      evidence: given(active, { usage: unused, findings: [unresolved({ kind: 'pattern', parts: ['w', ''] })] }),
      reason: 'state machine nightly computes its task definition',
    },
    {
      what: 'an unresolved reference to a service that deploys its family',
      evidence: given(active, {
        usage: unused,
        findings: [
          referenceTo('service/prod/web', 'web:9'),
          unresolved({ kind: 'services', services: ['arn:aws:ecs:eu-west-1:123456789012:service/prod/web'] }),
        ],
      }),
      reason: 'state machine nightly computes its task definition',
    },
    {
      what: 'an unresolved reference to any family',
      evidence: given(active, { usage: unused, findings: [unresolved(anyReference)] }),
      reason: 'held: it computes its task definition, and may resolve to any family',
    },
    {
      what: 'a source that could not be read',
      evidence: given(active, { usage: unused, problems: [denied] }),
      reason: 'held: AccessDeniedException: no',
    },
  ])('is blocked by $what', ({ evidence, reason }) => {
    expect(blockerOf(evidence)).toBe(reason);
  });

  test('is blocked by an unresolved reference to any family, even where the settings accept it for deregistering', () => {
    const evidence = given(active, { usage: unused, findings: [unresolved(anyReference)] });
    expect(blockerOf(evidence, policy({ usedWithinDays: 30, unresolvedReferences: 'report' }))).toBe(
      'state machine nightly computes its task definition',
    );
  });

  test('is blocked by a protected family', () => {
    const evidence = given(active, { usage: unused });
    expect(blockerOf(evidence, policy({ protectedBy: 'families matching web' }))).toBe('families matching web');
  });

  test('ignores references to another number or another family', () => {
    const findings = [
      referenceTo('service/prod/web', 'web:4'),
      referenceTo('service/prod/other', 'web-3:3'),
      referenceTo('task/prod/1', 'web', 'starts'),
      rollout('service/prod/api', 'api:1'),
      unresolved({ kind: 'pattern', parts: ['webs:', ''] }),
    ];
    expect(blockerOf(given(active, { usage: usage(60, { 'web:4': 1 }), findings }))).toBeUndefined();
  });

  test('allows every revision of a family without ACTIVE revisions', () => {
    expect(blockerOf(given({ api: '1-4' }, { usage: unused }))).toBeUndefined();
  });

  test.each([
    { by: ['web'], kept: ['web:2', 'web:3'] },
    { by: ['web', 'web:3'], kept: ['web:2', 'web:3'] },
    { by: ['web:3'], kept: ['web:3'] },
    { by: [], kept: [] },
  ])('keeps $kept of a family without ACTIVE revisions when $by is referenced', ({ by, kept }) => {
    const two = [2, 3].map((number) => ({ family: 'web', number }));
    const findings = by.map((name) => referenceTo('rule/nightly', name, 'starts'));
    const answer = decideDeletions(two, given({ api: '1-4' }, { usage: unused, findings }), policy());
    const keeps = 'keep' in answer ? [...answer.keep] : [];
    expect(keeps.map(([name]) => name)).toEqual(kept);
    expect(keeps.every(([, reason]) => reason.startsWith('rule nightly starts it'))).toBe(true);
  });

  test('ignores keepLatest and minAgeDays', () => {
    const by = policy({ usedWithinDays: 30, keepLatest: 50, minAgeDays: 90 });
    expect(blockerOf(given(active, { usage: unused }), by)).toBeUndefined();
  });

  test('has one reason for each blocked revision', () => {
    const five = [1, 2, 3, 4, 5].map((number) => ({ family: 'web', number }));
    const findings = [
      referenceTo('service/prod/web', 'web:2'),
      referenceTo('service/prod/web', 'web:5', 'rolls back to'),
    ];
    const answer = decideDeletions(five, given(active, { findings }), policy());
    expect('keep' in answer ? [...answer.keep] : answer).toEqual([
      ['web:2', 'service prod/web deploys it'],
      ['web:5', 'service prod/web rolls back to it'],
    ]);
  });
});

const day = 86_400_000;
function tags(...keys: readonly string[]) {
  return keys.map((key) => ({ key, value: '' }));
}
const minute = 60_000;
/** web:3 without a blocker: deregistered 91 days ago, a second after its entry was written. */
const deletable: RevisionState = {
  status: 'INACTIVE',
  deregisteredAt: asOf - 91 * day,
  tags: tags('team'),
  journaledAt: asOf - 91 * day - 1_000,
  by: 'run',
  loss: undefined,
};
const since = 'deregistered since 26 August 2026';
const notOurs = 'it was not deregistered at the time in the journal, so not by a run';

test.each<{ what: string; change: Partial<RevisionState>; reason: string | undefined }>([
  { what: 'with no change', change: {}, reason: undefined },
  { what: 'with status ACTIVE', change: { status: 'ACTIVE' }, reason: 'its status is ACTIVE' },
  { what: 'with status FROZEN', change: { status: 'FROZEN' }, reason: 'its status is FROZEN' },
  { what: 'without a status', change: { status: 'missing' }, reason: 'its status is missing' },
  {
    what: 'deregistered at an unknown time',
    change: { deregisteredAt: NaN },
    reason: 'when it was deregistered could not be read',
  },
  { what: 'deregistered just now', change: at(asOf), reason: since },
  { what: 'deregistered 89 days ago', change: at(asOf - 89 * day), reason: since },
  { what: 'deregistered exactly 90 days ago', change: at(asOf - 90 * day), reason: since },
  { what: 'deregistered 90 days and a millisecond ago', change: at(asOf - 90 * day - 1), reason: undefined },
  { what: 'deregistered in the future', change: at(asOf + day), reason: since },
  {
    what: 'without an entry in the journal',
    change: { journaledAt: undefined },
    reason: 'the journal has no entry for it',
  },
  { what: 'deregistered an hour after its entry', change: after(60 * minute), reason: undefined },
  { what: 'deregistered more than an hour after its entry', change: after(60 * minute + 1), reason: notOurs },
  { what: 'deregistered a quarter of an hour before its entry', change: after(-15 * minute), reason: undefined },
  {
    what: 'deregistered more than a quarter of an hour before its entry',
    change: after(-15 * minute - 1),
    reason: notOurs,
  },
  { what: 'deregistered a year before its entry', change: after(-365 * day), reason: notOurs },
  {
    what: 'deregistered by another caller, without an entry in the journal',
    change: { by: 'anyone', journaledAt: undefined },
    reason: undefined,
  },
  {
    what: 'deregistered by another caller long before its entry',
    change: { ...after(-365 * day), by: 'anyone' },
    reason: undefined,
  },
  { what: 'deregistered by another caller just now', change: { ...at(asOf), by: 'anyone' }, reason: since },
  {
    what: 'deregistered by another caller at an unknown time',
    change: { by: 'anyone', deregisteredAt: NaN },
    reason: 'when it was deregistered could not be read',
  },
  {
    what: 'deregistered by another caller, with a protecting tag',
    change: { by: 'anyone', tags: tags('keep') },
    reason: 'tagged keep',
  },
  { what: 'with a protecting tag', change: { tags: tags('team', 'keep') }, reason: 'tagged keep' },
  {
    what: 'with one of several protecting tags',
    change: { tags: [{ key: 'team', value: 'a' }] },
    reason: 'tagged team=a',
  },
  {
    what: 'with another value of a protecting tag',
    change: { tags: [{ key: 'team', value: 'A' }] },
    reason: undefined,
  },
  { what: 'with an incomplete entry', change: { loss: 'its cpu is lost' }, reason: 'its cpu is lost' },
])('the blocker of a revision $what is $reason', ({ change, reason }) => {
  expect(deletionBlocker({ ...deletable, ...change }, { asOf, days: 90, protectTags: ['keep', 'team=a'] })).toBe(
    reason,
  );
});

function at(deregisteredAt: number): Partial<RevisionState> {
  return { deregisteredAt, journaledAt: deregisteredAt - 1_000 };
}

/** Deregistered a hundred days ago, this long after its entry. */
function after(ms: number): Partial<RevisionState> {
  const deregisteredAt = asOf - 100 * day;
  return { deregisteredAt, journaledAt: deregisteredAt - ms };
}

// What stands against deleting for good: every rule, broken in turn. Expected sentences are typed by hand.
import { describe, expect, test } from 'vitest';
import type { Evidence, UnresolvedReference } from '../../shared/domain/evidence.ts';
import type { Policy } from '../../shared/plan/policy.ts';
import { decideDeletions, type RevisionState, deletionBlocker } from '../../shared/deletion/decide.ts';
import { anyReference } from '../../shared/domain/pattern.ts';
import { asOf, denied, given, referenceTo, policy, rollout, usage, used } from '../support/given.ts';

/** web:3 was deregistered long ago; web:8 to web:10 are ACTIVE. */
const web3 = { family: 'web', number: 3 };
const active = { web: '8-10', api: '1-4' };
const against = (evidence: Evidence, by: Policy = policy({ usedWithinDays: 30 })) => {
  const answer = decideDeletions([web3], evidence, by);
  return 'hold' in answer ? `held: ${answer.hold.reason}` : answer.keep.get('web:3');
};
const unused = usage(60);
const means = (meaning: UnresolvedReference['resolvesTo']): UnresolvedReference => ({
  kind: 'unresolved',
  source: 'state-machines',
  referrer: 'arn:aws:states:eu-west-1:123456789012:stateMachine:nightly',
  description: 'computes its task definition',
  resolvesTo: meaning,
});

describe('the account has', () => {
  test('nothing against one that nothing names', () => {
    expect(against(given(active, { usage: unused }))).toBeUndefined();
  });

  test('nothing against one of a family that something registers anew whenever it runs it', () => {
    const registers = { ...means({ kind: 'pattern', parts: ['web:', ''] }), registersFirst: true as const };
    expect(against(given(active, { usage: unused, findings: [registers] }))).toBeUndefined();
  });

  test.each([
    { relation: 'runs', reason: 'task prod/1 runs it' },
    { relation: 'ran', reason: 'task prod/1 ran it' },
    { relation: 'deploys', reason: 'task prod/1 deploys it' },
    { relation: 'rolls back to', reason: 'task prod/1 rolls back to it' },
    { relation: 'starts', reason: 'task prod/1 starts it' },
    { relation: 'holds', reason: 'task prod/1 holds it' },
    { relation: 'mentions', reason: 'task prod/1 mentions it' },
  ] as const)('that something $relation it', ({ relation, reason }) => {
    expect(against(given(active, { usage: unused, findings: [referenceTo('task/prod/1', 'web:3', relation)] }))).toBe(
      reason,
    );
  });

  test.each([
    {
      what: 'a service in a deployment of its family, however much newer',
      evidence: given(active, { usage: unused, findings: [rollout('service/prod/web', 'web:9')] }),
      reason: 'service prod/web is in a deployment of its family',
    },
    {
      what: 'a use within the days, by the event history',
      evidence: given(active, { usage: usage(60, { 'web:3': 29 }) }),
      reason: 'used since 25 October 2026',
    },
    {
      what: 'a use within the days, by another source',
      evidence: given(active, { usage: unused, findings: [used('web:3', 30)] }),
      reason: 'used since 25 October 2026',
    },
    {
      what: 'no knowledge of all the days',
      evidence: given(active, { usage: usage(29) }),
      reason: 'usage known since 26 October 2026',
    },
    {
      what: 'the protecting tag, by the tag query',
      evidence: given(active, { usage: unused, tagged: ['web:3'] }),
      reason: 'tagged keep',
    },
    {
      what: 'something that computes a name of its family',
      evidence: given(active, { usage: unused, findings: [means({ kind: 'pattern', parts: ['web:', ''] })] }),
      reason: 'state machine nightly computes its task definition',
    },
    {
      what: 'something that computes a name which begins as its family',
      evidence: given(active, { usage: unused, findings: [means({ kind: 'pattern', parts: ['w', ''] })] }),
      reason: 'state machine nightly computes its task definition',
    },
    {
      what: 'something that computes a name of what a service deploys',
      evidence: given(active, {
        usage: unused,
        findings: [
          referenceTo('service/prod/web', 'web:9'),
          means({ kind: 'services', services: ['arn:aws:ecs:eu-west-1:123456789012:service/prod/web'] }),
        ],
      }),
      reason: 'state machine nightly computes its task definition',
    },
    {
      what: 'something that could mean any family',
      evidence: given(active, { usage: unused, findings: [means(anyReference)] }),
      reason: 'held: it computes its task definition, and may resolve to any family',
    },
    {
      what: 'a part that could not be read',
      evidence: given(active, { usage: unused, problems: [denied] }),
      reason: 'held: AccessDeniedException: no',
    },
  ])('$what', ({ evidence, reason }) => {
    expect(against(evidence)).toBe(reason);
  });

  test('something that could mean any family, also where the settings accept it for what is deregistered', () => {
    const evidence = given(active, { usage: unused, findings: [means(anyReference)] });
    expect(against(evidence, policy({ usedWithinDays: 30, unresolvedReferences: 'report' }))).toBe(
      'state machine nightly computes its task definition',
    );
  });

  test('a protected family, or one that is not on the allow-list', () => {
    const evidence = given(active, { usage: unused });
    expect(against(evidence, policy({ protectedBy: 'families matching web' }))).toBe('families matching web');
  });

  test('nothing to say of neighbours: what names another number, or another family, is no reason', () => {
    const findings = [
      referenceTo('service/prod/web', 'web:4'),
      referenceTo('service/prod/other', 'web-3:3'),
      referenceTo('task/prod/1', 'web', 'starts'),
      rollout('service/prod/api', 'api:1'),
      means({ kind: 'pattern', parts: ['webs:', ''] }),
    ];
    expect(against(given(active, { usage: usage(60, { 'web:4': 1 }), findings }))).toBeUndefined();
  });

  test('nothing against one of a family that is all INACTIVE by now, and none is newest there', () => {
    expect(against(given({ api: '1-4' }, { usage: unused }))).toBeUndefined();
  });

  test.each([
    { by: ['web'], kept: ['web:2', 'web:3'] },
    { by: ['web', 'web:3'], kept: ['web:2', 'web:3'] },
    { by: ['web:3'], kept: ['web:3'] },
    { by: [], kept: [] },
  ])('against each of a family that is all INACTIVE, where $by is referenced: $kept', ({ by, kept }) => {
    const two = [2, 3].map((number) => ({ family: 'web', number }));
    const findings = by.map((name) => referenceTo('rule/nightly', name, 'starts'));
    const answer = decideDeletions(two, given({ api: '1-4' }, { usage: unused, findings }), policy());
    const keeps = 'keep' in answer ? [...answer.keep] : [];
    expect(keeps.map(([name]) => name)).toEqual(kept);
    expect(keeps.every(([, reason]) => reason.startsWith('rule nightly starts it'))).toBe(true);
  });

  test('nothing to do with how many stay, or how young they are', () => {
    const by = policy({ usedWithinDays: 30, keepLatest: 50, minAgeDays: 90 });
    expect(against(given(active, { usage: unused }), by)).toBeUndefined();
  });

  test('one answer each', () => {
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
/** web:3 as it is when nothing stands against it: deregistered 91 days ago, a second after its entry was written. */
const fit: RevisionState = {
  status: 'INACTIVE',
  deregisteredAt: asOf - 91 * day,
  tags: tags('team'),
  journaledAt: asOf - 91 * day - 1_000,
  by: 'run',
  loss: undefined,
};
const since = 'deregistered since 26 August 2026';
const notOurs = 'it was not deregistered at the time in the journal, so not by a run';

test.each<{ what: string; but: Partial<RevisionState>; reason: string | undefined }>([
  { what: 'nothing', but: {}, reason: undefined },
  { what: 'it is ACTIVE', but: { status: 'ACTIVE' }, reason: 'its status is ACTIVE' },
  { what: 'it is frozen', but: { status: 'FROZEN' }, reason: 'its status is FROZEN' },
  { what: 'it has no state', but: { status: 'missing' }, reason: 'its status is missing' },
  {
    what: 'nobody knows when it was deregistered',
    but: { deregisteredAt: NaN },
    reason: 'when it was deregistered could not be read',
  },
  { what: 'it was just now', but: at(asOf), reason: since },
  { what: 'it was 89 days ago', but: at(asOf - 89 * day), reason: since },
  { what: 'it was 90 days ago to the millisecond', but: at(asOf - 90 * day), reason: since },
  { what: 'it was 90 days and a millisecond ago', but: at(asOf - 90 * day - 1), reason: undefined },
  { what: 'it will be', but: at(asOf + day), reason: since },
  {
    what: 'the journal does not know it',
    but: { journaledAt: undefined },
    reason: 'the journal has no entry for it',
  },
  { what: 'it went an hour after its entry', but: after(60 * minute), reason: undefined },
  { what: 'it went more than an hour after its entry', but: after(60 * minute + 1), reason: notOurs },
  { what: 'it went a quarter of an hour before its entry', but: after(-15 * minute), reason: undefined },
  { what: 'it went longer before its entry', but: after(-15 * minute - 1), reason: notOurs },
  { what: 'it went a year before its entry', but: after(-365 * day), reason: notOurs },
  {
    what: 'anybody did it, and the journal does not know it',
    but: { by: 'anyone', journaledAt: undefined },
    reason: undefined,
  },
  {
    what: 'anybody did it, long before its entry',
    but: { ...after(-365 * day), by: 'anyone' },
    reason: undefined,
  },
  { what: 'anybody did it, just now', but: { ...at(asOf), by: 'anyone' }, reason: since },
  {
    what: 'anybody did it, and nobody knows when',
    but: { by: 'anyone', deregisteredAt: NaN },
    reason: 'when it was deregistered could not be read',
  },
  {
    what: 'anybody did it, and it is tagged',
    but: { by: 'anyone', tags: tags('keep') },
    reason: 'tagged keep',
  },
  { what: 'it is tagged by now', but: { tags: tags('team', 'keep') }, reason: 'tagged keep' },
  {
    what: 'it has one of several tags by now',
    but: { tags: [{ key: 'team', value: 'a' }] },
    reason: 'tagged team=a',
  },
  { what: 'it has another value by now', but: { tags: [{ key: 'team', value: 'A' }] }, reason: undefined },
  { what: 'its entry would not bring it back', but: { loss: 'its cpu is lost' }, reason: 'its cpu is lost' },
])('after 90 days, $what: $reason', ({ but, reason }) => {
  expect(deletionBlocker({ ...fit, ...but }, { asOf, days: 90, protectTags: ['keep', 'team=a'] })).toBe(reason);
});

function at(deregisteredAt: number): Partial<RevisionState> {
  return { deregisteredAt, journaledAt: deregisteredAt - 1_000 };
}

/** A hundred days ago, so that only the distance counts. */
function after(ms: number): Partial<RevisionState> {
  const deregisteredAt = asOf - 100 * day;
  return { deregisteredAt, journaledAt: deregisteredAt - ms };
}

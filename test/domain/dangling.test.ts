// Which references are told to dangle: they name what is not ACTIVE any more, and something fails because of it.
import { describe, expect, test } from 'vitest';
import type { Finding, Reference } from '../../shared/domain/evidence.ts';
import {
  uniqueReferences,
  type Status,
  danglingAmong,
  findSuspects,
  targetName,
} from '../../shared/domain/dangling.ts';
import { given, referenceTo, rollout } from '../support/given.ts';

const from = (source: string, one: Reference): Reference => ({ ...one, source });
const short = (one: Reference): Reference => ({ ...one, isShort: true });
const suspects = (findings: readonly Finding[]) =>
  findSuspects(given({ web: '2-4' }, { findings })).map((one) => `${one.source} ${targetName(one)}`);

describe('a reference is suspected', () => {
  test.each<{ what: string; findings: readonly Finding[]; found: readonly string[] }>([
    {
      what: 'to a revision that is not ACTIVE',
      findings: [referenceTo('service/prod/web', 'web:1')],
      found: ['services web:1'],
    },
    { what: 'not to one that is', findings: [referenceTo('service/prod/web', 'web:2')], found: [] },
    {
      what: 'to a family without an ACTIVE revision',
      findings: [referenceTo('rule/nightly', 'dead', 'starts')],
      found: ['services dead'],
    },
    { what: 'not to a family with one', findings: [referenceTo('rule/nightly', 'web', 'starts')], found: [] },
    { what: 'not where it is no reference', findings: [rollout('service/prod/web', 'web:1')], found: [] },
    {
      what: 'not where it is over with the task',
      findings: [referenceTo('task/prod/1', 'web:1', 'runs'), referenceTo('task/prod/2', 'web:1', 'ran')],
      found: [],
    },
    {
      what: 'not where it is short',
      findings: [short(referenceTo('rule/nightly', 'web:1', 'starts'))],
      found: [],
    },
    {
      what: 'not in the history of a service at rest',
      findings: [from('service-deployments', referenceTo('service/prod/web', 'web:1'))],
      found: [],
    },
    {
      what: 'in the history of a service in a deployment',
      findings: [
        rollout('service/prod/web', 'web:3'),
        from('service-deployments', referenceTo('service/prod/web', 'web:1')),
      ],
      found: ['service-deployments web:1'],
    },
    {
      what: 'not in the history of one service at rest beside another in a deployment',
      findings: [
        rollout('service/prod/api', 'web:3'),
        from('service-deployments', referenceTo('service/prod/web', 'web:1')),
      ],
      found: [],
    },
    {
      what: 'in a definition that something references',
      findings: [
        referenceTo('service/prod/web', 'web:3'),
        from('definitions', referenceTo('task-definition/web:3', 'web:1', 'starts')),
      ],
      found: ['definitions web:1'],
    },
    {
      what: 'not in a definition that nothing references',
      findings: [
        referenceTo('service/prod/web', 'web:2'),
        from('definitions', referenceTo('task-definition/web:3', 'web:1', 'starts')),
      ],
      found: [],
    },
    {
      what: 'once, whatever it does with the revision',
      findings: [referenceTo('service/prod/web', 'web:1'), referenceTo('service/prod/web', 'web:1', 'rolls back to')],
      found: ['services web:1'],
    },
  ])('$what', ({ findings, found }) => {
    expect(suspects(findings)).toEqual(found);
  });
});

test('lists two referrers of one revision, and two revisions of one referrer, each on its own', () => {
  const four = [
    referenceTo('service/prod/a', 'web:1'),
    referenceTo('service/prod/b', 'web:1'),
    referenceTo('service/prod/a', 'web:7'),
    referenceTo('service/prod/a', 'web'),
  ];
  expect(uniqueReferences([...four, ...four])).toEqual(four);
});

describe('a suspect dangles', () => {
  const one = referenceTo('service/prod/web', 'web:1');
  const family = referenceTo('rule/nightly', 'dead', 'starts');
  const evidence = given({ web: '2,4,6' });
  const status = (of: Status | undefined) => new Map<string, Status>(of === undefined ? [] : [['web:1', of]]);

  test.each<{ reads: Status | undefined; found: unknown }>([
    { reads: 'INACTIVE', found: [{ reference: one, status: 'INACTIVE', newest: 6 }] },
    { reads: 'DELETE_IN_PROGRESS', found: [{ reference: one, status: 'DELETE_IN_PROGRESS', newest: 6 }] },
    { reads: 'missing', found: [{ reference: one, status: 'missing', newest: 6 }] },
    // It was registered since the inventory was read.
    { reads: 'ACTIVE', found: [] },
    // AWS was not asked for it.
    { reads: undefined, found: [] },
  ])('where AWS says $reads: $found', ({ reads, found }) => {
    expect(danglingAmong([one], status(reads), evidence)).toEqual(found);
  });

  test('to a family of which nothing is ACTIVE, which has no newest', () => {
    const statuses = new Map<string, Status>([['dead', 'missing']]);
    expect(danglingAmong([family], statuses, evidence)).toEqual([
      { reference: family, status: 'missing', newest: undefined },
    ]);
    const empty = { inventory: new Map([['dead', []]]) };
    expect(danglingAmong([family], statuses, empty)).toMatchObject([{ newest: undefined }]);
  });
});

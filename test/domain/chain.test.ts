// Chains of references through other definitions.
import { expect, test } from 'vitest';
import { findChains } from '../../shared/domain/chain.ts';
import type { Reference } from '../../shared/domain/evidence.ts';
import { describeChain } from '../../shared/report/explain/release.ts';
import { referenceTo } from '../support/given.ts';

const batch = { family: 'batch', number: 41 };
const newestOf = (family: string) => (family === 'web' ? 12 : undefined);

const mentions = (
  from: string,
  to: string,
  via: readonly string[] = ['container app', 'environment WORKER'],
): Reference => ({
  ...referenceTo(`task-definition/${from}`, to, 'mentions'),
  source: 'definitions',
  via,
});
const sentences = (...references: Reference[]) => findChains(batch, references, newestOf).map(describeChain);

test('a chain begins with the service that deploys the definition', () => {
  expect(sentences(referenceTo('service/prod/web', 'web:12'), mentions('web:12', 'batch:41'))).toEqual([
    'service prod/web deploys web:12, whose container app > environment WORKER names batch:41',
  ]);
});

test('a chain goes through several definitions, and the shortest one counts', () => {
  const all = [
    mentions('web:12', 'batch:41'),
    mentions('hub:3', 'web:12', ['command']),
    mentions('far:1', 'web:12'),
    mentions('other:1', 'far:1'),
    referenceTo('service/prod/other', 'other:1'),
    referenceTo('service/prod/hub', 'hub:3'),
  ];
  expect(sentences(...all)).toEqual([
    'service prod/hub deploys hub:3, whose command names web:12, whose container app > environment WORKER names batch:41',
  ]);
});

test('a reference to a family leads to its newest revision', () => {
  expect(sentences(referenceTo('rule/nightly', 'web', 'starts'), mentions('web:12', 'batch:41'))).toEqual([
    'rule nightly starts web:12, whose container app > environment WORKER names batch:41',
  ]);
  expect(sentences(referenceTo('rule/nightly', 'web', 'starts'), mentions('web:11', 'batch:41'))).toEqual([undefined]);
});

test('definitions that reference each other end in a chain, not in a loop', () => {
  expect(sentences(mentions('a:1', 'batch:41'), mentions('b:1', 'a:1'), mentions('a:1', 'b:1'))).toEqual([
    'b:1 mentions a:1, whose container app > environment WORKER names batch:41',
  ]);
});

test('a reference of a service itself is no chain', () => {
  expect(findChains(batch, [referenceTo('service/prod/web', 'batch:41')], newestOf)).toEqual([]);
});

test('a long chain ends after twenty definitions, and ten chains are the most', () => {
  const line = Array.from({ length: 60 }, (_, at) => mentions(`a:${at + 2}`, at === 0 ? 'batch:41' : `a:${at + 1}`));
  expect(findChains(batch, line, newestOf)[0]?.length).toBeLessThanOrEqual(20);
  const many = Array.from({ length: 40 }, (_, at) => mentions(`a:${at + 1}`, 'batch:41'));
  expect(findChains(batch, many, newestOf)).toHaveLength(10);
});

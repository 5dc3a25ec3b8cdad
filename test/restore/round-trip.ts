// Registers, journals, deregisters and restores definitions of many shapes, and compares them independently of the product.
import { expect } from 'vitest';
import { anAccount } from '../support/account.ts';
import { aNight } from '../support/night.ts';
import { listAllPaths, makeRandom, pathsIn, makeShape } from './shapes.ts';
import { describeRaw, registerRaw, deregisterJournaled, runRestore } from './run-restore.ts';

/** Members of an answer that AWS writes itself. */
const OWN = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** The answer without these, as text with sorted members, so that any difference shows. */
function essence({ taskDefinition, tags }: Awaited<ReturnType<typeof describeRaw>>): string {
  const rest = Object.fromEntries(Object.entries(taskDefinition).filter(([name]) => !OWN.has(name)));
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, item]: [string, unknown]) => [name, sorted(item)])
        : value;
  return JSON.stringify(sorted({ rest, tags: tags.map(({ key, value }) => `${key}=${value}`).sort() }));
}

/** @returns the number of shapes that were restored unchanged */
export async function restoreShapes(count: number, seed: number): Promise<number> {
  const draw = makeRandom(seed);
  const shapes = Array.from({ length: count }, (_, index) =>
    // Some have all members, others few.
    makeShape(`family-${index}`, index < 2 ? 1 : draw(), draw),
  );
  const met = new Set(shapes.flatMap((shape) => [...pathsIn(shape)]));
  expect(listAllPaths().filter((path) => !met.has(path))).toEqual([]);
  expect([...met].filter((path) => path.startsWith('unknown'))).toEqual([]);

  const night = await aNight(anAccount().cluster('prod'), { quotas: 'none' });
  const names: string[] = [];
  const before: string[] = [];
  for (const shape of shapes) {
    const name = `${await registerRaw(night, shape)}:1`;
    names.push(name);
    before.push(essence(await describeRaw(night, name)));
  }
  await deregisterJournaled(night, ...names);
  // AWS no longer shows them, so the journal must suffice.
  for (const name of names) {
    const revision = night.sandbox.account.revisions.find(name);
    if (revision !== undefined) night.sandbox.account.revisions.forget(revision);
  }
  const { results, stop } = await runRestore(night, names.join(' '));
  expect(stop).toBeUndefined();
  expect(results.filter((one) => one.became !== 'restored' || one.differences.length > 0)).toEqual([]);
  const same = await Promise.all(
    names.map(async (name, index) => {
      const now = await describeRaw(night, name.replace(/:1$/, ':2'));
      return essence(now) === before[index];
    }),
  );
  expect(names.filter((_, index) => same[index] !== true)).toEqual([]);
  return same.length;
}

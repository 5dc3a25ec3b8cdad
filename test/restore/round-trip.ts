// Definitions of many shapes, there and back: registered, journaled, deregistered, restored, and compared by a comparison
// that is typed here and knows nothing of the product's own.
import { expect } from 'vitest';
import { anAccount } from '../support/account.ts';
import { aNight } from '../support/night.ts';
import { everyPath, lots, pathsIn, shapeOf } from './shapes.ts';
import { raw, registerRaw, taken, undo } from './run-restore.ts';

/** What is AWS's own on an answer, typed by hand. */
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

/** The answer without these, as text with sorted members: one character's difference is one. */
function essence({ taskDefinition, tags }: Awaited<ReturnType<typeof raw>>): string {
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

/** @returns how many came back exactly as they were; it must be all */
export async function thereAndBack(count: number, seed: number): Promise<number> {
  const draw = lots(seed);
  const shapes = Array.from({ length: count }, (_, index) =>
    // Some have all there is, some next to nothing.
    shapeOf(`family-${index}`, index < 2 ? 1 : draw(), draw),
  );
  const met = new Set(shapes.flatMap((shape) => [...pathsIn(shape)]));
  expect(everyPath().filter((path) => !met.has(path))).toEqual([]);
  expect([...met].filter((path) => path.startsWith('unknown'))).toEqual([]);

  const night = await aNight(anAccount().cluster('prod'), { quotas: 'none' });
  const names: string[] = [];
  const before: string[] = [];
  for (const shape of shapes) {
    const name = `${await registerRaw(night, shape)}:1`;
    names.push(name);
    before.push(essence(await raw(night, name)));
  }
  await taken(night, ...names);
  // AWS has forgotten them: the journal alone must do.
  for (const name of names) {
    const revision = night.sandbox.account.revisions.find(name);
    if (revision !== undefined) night.sandbox.account.revisions.forget(revision);
  }
  const { results, stop } = await undo(night, names.join(' '));
  expect(stop).toBeUndefined();
  expect(results.filter((one) => one.became !== 'restored' || one.differences.length > 0)).toEqual([]);
  const same = await Promise.all(
    names.map(async (name, index) => {
      const now = await raw(night, name.replace(/:1$/, ':2'));
      return essence(now) === before[index];
    }),
  );
  expect(names.filter((_, index) => same[index] !== true)).toEqual([]);
  return same.length;
}

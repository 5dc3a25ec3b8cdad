// One reading of the account, in waves: in the direction in which a naming travels, so that a reference which moves while
// we read is met in the place that it moves to. A wave begins when the one before has ended; within it sources are read
// side by side.
import type { Evidence, Reading } from '../evidence.ts';
import { readInventory } from './inventory.ts';
import { type Reader, readPart } from './part.ts';
import { type Source } from './sources/source.ts';
import { sources } from './sources/sources.ts';
import { readTags } from './tags.ts';

export interface ReadingPlan {
  readonly protectTag: string;
  /** Names of sources and parts, or members' ARNs, that the settings leave out. */
  readonly without: readonly string[];
  readonly progress: (reading: Reading) => void;
}

const waves = ['starters', 'services', 'tasks'] as const;

/** Everything but ages, which are asked for only where they decide. */
export async function readEvidence(reader: Reader, plan: ReadingPlan): Promise<Evidence> {
  const { inventory, reading } = await readInventory(reader);
  plan.progress(reading);
  const tags = plan.without.includes('tags') ? Promise.resolve(undefined) : readTags(reader, plan.protectTag);
  const readings = [reading];
  for (const wave of waves) readings.push(...(await readWave(reader, plan, wave)));
  const known = await tags;
  if (known !== undefined) {
    plan.progress(known.reading);
    readings.splice(1, 0, known.reading);
  }
  return {
    asOf: reader.aws.asOf(),
    inventory,
    tagged: known?.tagged ?? new Map(),
    ages: new Map(),
    readings,
  };
}

/** Services and tasks once more; everything else stays as it was read. */
export async function readAgain(reader: Reader, plan: ReadingPlan, last: Evidence): Promise<Evidence> {
  const fresh: Reading[] = [];
  for (const wave of ['services', 'tasks'] as const) fresh.push(...(await readWave(reader, plan, wave)));
  const kept = last.readings.filter(({ part }) => !fresh.some((one) => one.part === part));
  return { ...last, readings: [...kept, ...fresh] };
}

async function readWave(reader: Reader, plan: ReadingPlan, wave: Source['wave']): Promise<Reading[]> {
  const members = sources.filter((source) => source.wave === wave && !plan.without.includes(source.name));
  return Promise.all(
    members.map(async (source) => {
      const without = source.optional ? `without: [${source.name}]` : undefined;
      const reading = await readPart(reader, { part: source.name, without, heard: true }, (tally) =>
        source.read(reader, tally),
      );
      plan.progress(reading);
      return reading;
    }),
  );
}

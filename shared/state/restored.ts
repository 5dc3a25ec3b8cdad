// What was registered again, and under which number: AWS does not tell that web:57 was once web:41. One object a family,
// small, as few are ever restored.
import * as z from 'zod';
import { byName, type Revision, type Target } from '../revision.ts';
import { folderName } from './journal.ts';
import { Damaged, loadRecord, type RecordKind, saveRecord } from './records.ts';
import { seal, unseal } from './sealed.ts';
import type { State } from './state.ts';

export interface Restored {
  /** The number under which it was deregistered. */
  readonly from: number;
  /** The one that it has now. */
  readonly as: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const FORMAT = 1;
const number = z.int().min(1);
const schema = z.strictObject({
  family: z.string(),
  restored: z.array(z.strictObject({ from: number, as: number, at: z.number().min(0) })),
});

function recordOf(family: string, { account, region }: Target): RecordKind<readonly Restored[]> {
  /** A reader for each format that was ever written. */
  const readers = {
    [FORMAT]: (value: unknown): readonly Restored[] => {
      const record = schema.safeParse(value);
      if (!record.success) throw new Damaged('it is damaged: it is no record of what was registered again');
      if (record.data.family !== family) throw new Damaged(`it is of ${record.data.family}`);
      return record.data.restored;
    },
  };
  return {
    key: `${account}/${region}/restored/${folderName(family)}.json`,
    parse: (text) => unseal(text, readers),
    print: (restored) => seal(FORMAT, { family, restored }),
    join: (ours, theirs) => joined(ours, theirs),
  };
}

/** Both, each once, in order of time. */
function joined(ours: readonly Restored[], theirs: readonly Restored[]): readonly Restored[] {
  const all = new Map([...theirs, ...ours].map((one) => [`${one.from} ${one.as}`, one]));
  return [...all.values()].sort((a, b) => a.at - b.at || byName(`${a.as}`, `${b.as}`));
}

/** Of a family, oldest first. @throws StateError */
export async function restoredIn(state: State, target: Target, family: string): Promise<readonly Restored[]> {
  return (await loadRecord(state, recordOf(family, target))).value ?? [];
}

/** @throws StateError */
export async function noteRestored(
  state: State,
  target: Target,
  { family, number }: Revision,
  now: Omit<Restored, 'from'>,
): Promise<void> {
  const kind = recordOf(family, target);
  const loaded = await loadRecord(state, kind);
  await saveRecord(state, kind, loaded, joined([{ ...now, from: number }], loaded.value ?? []));
}

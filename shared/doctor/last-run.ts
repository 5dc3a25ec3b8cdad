// Checks in the state store when the last run ended, and how.
import { isWaiting } from '../domain/approval.ts';
import { HOUR_MS } from '../domain/time.ts';
import type { Target } from '../domain/revision.ts';
import { loadRunRecord, listRunNames } from '../state/run-records.ts';
import type { StateStore } from '../state/store.ts';
import { runCheck, type Check, differs, notChecked, ok } from './check.ts';

/** As the alarm for missing runs: a night and the longest run. */
const MOST_HOURS = 30;
/** @param now by AWS's clock, in milliseconds since the epoch */
export async function checkLastRun(state: StateStore, target: Target, now: number): Promise<Check[]> {
  const name = 'last run';
  return runCheck(name, async () => {
    const last = (await listRunNames(state, target)).at(-1);
    if (last === undefined) return notChecked(name, 'no run has left a record');
    const kept = await loadRunRecord(state, last);
    if (kept === undefined) return differs(name, 'began and left no record');
    const { endedAt, outcome = 'without an outcome', dryRun } = kept.record;
    const kind = dryRun ? 'dry run' : 'run';
    if (isWaiting(kept.record, now)) return ok(name, `${kind}, waits for approval, began ${ago(now - last.beganAt)}`);
    if (endedAt === undefined) return differs(name, `${kind} that has not ended, began ${ago(now - last.beganAt)}`);
    const saw = `${kind}, ${outcome}, ended ${ago(now - endedAt)}`;
    const isGood = outcome !== 'FAILED' && outcome !== 'HELD' && now - endedAt <= MOST_HOURS * HOUR_MS;
    return (isGood ? ok : differs)(name, saw);
  });
}

function ago(ms: number): string {
  const hours = Math.round(ms / HOUR_MS);
  return hours < 1 ? 'within the hour' : `${hours} hours ago`;
}

// Reads what to restore: revisions and ranges of them, or everything that one run deregistered.
import type { Wanted } from '../../shared/restore/restore.ts';
import type { Revision } from '../../shared/domain/revision.ts';
import { shown } from '../../shared/settings/shown.ts';

/** At the default share a day and a half of registering; a larger range is a slip. */
const MOST = 100_000;
const ALLOWED = 'allowed: revisions with their family, such as web:41, web:41-45 or web:3,7-9';

/** @returns the problem, as text */
export function readRestoreOperands(operands: readonly string[], run: unknown): Wanted | string {
  if (operands.length > 0 && run !== undefined) return 'given revisions and --run, allowed: one of the two';
  if (typeof run === 'string') return { run };
  if (operands.length === 0) return `given nothing, ${ALLOWED}; or --run with the id of a run`;
  const revisions: Revision[] = [];
  for (const operand of operands) {
    const [, family, ranges] = /^([A-Za-z0-9_-]{1,255}):([0-9,-]+)$/.exec(operand) ?? [];
    if (family === undefined || ranges === undefined) return `given ${shown(operand)}, ${ALLOWED}`;
    for (const range of ranges.split(',')) {
      const [, first, last = first] = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(range) ?? [];
      const [from, upto] = [Number(first), Number(last)];
      if (first === undefined || upto < from) return `given ${shown(operand)}, ${ALLOWED}`;
      if (revisions.length + upto - from >= MOST)
        return `given more than ${MOST} revisions (${shown(operand)}), allowed: fewer at a time`;
      for (let number = from; number <= upto; number++) revisions.push({ family, number });
    }
  }
  return { revisions };
}

// Estimates how many registrations a second other callers make while a run deregisters, so that the run can leave them the
// quota. The final check lists each family, and a newer number than before is a registration.
import type { Clock } from '../domain/clock.ts';
import type { Revision } from '../domain/revision.ts';

/** A family that was not looked at for this long says nothing about now. */
const CURRENT_MS = 300_000;

interface Seen {
  readonly newest: number;
  readonly at: number;
  /** Registrations a second since the look before. */
  readonly perSecond: number;
}

export class Registrations {
  readonly #clock: Clock;
  readonly #families = new Map<string, Seen>();

  /** @param newest the newest revision of each family in the inventory
   *  @param since when that was read, in milliseconds since the epoch */
  constructor(clock: Clock, newest: ReadonlyMap<string, number>, since: number) {
    this.#clock = clock;
    for (const [family, number] of newest) this.#families.set(family, { newest: number, at: since, perSecond: 0 });
  }

  /** @returns registrations a second, of all families together, as far as their last looks tell */
  see({ family, number }: Revision): number {
    const now = this.#clock.now();
    const known = this.#families.get(family);
    const seconds = Math.max(1, (now - (known?.at ?? now)) / 1000);
    const perSecond = Math.max(0, number - (known?.newest ?? number)) / seconds;
    this.#families.set(family, { newest: Math.max(number, known?.newest ?? 0), at: now, perSecond });
    const current = this.#families.values().filter(({ at }) => now - at <= CURRENT_MS);
    return current.reduce((sum, one) => sum + one.perSecond, 0);
  }
}

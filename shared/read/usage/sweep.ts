// Reads CloudTrail's event history backwards, as far as the time allows. A lookup has one attribute, so seven passes by
// event name cost at least seven calls. A single pass over all events that are not ReadOnly would save six of them in a
// quiet account and cost hundreds more in a busy one. The pass whose last page ended nearest to now continues, so all
// seven have come about equally far at any time.
import type { Event } from '@aws-sdk/client-cloudtrail';
import { Incomplete } from '../../sources/common/incomplete.ts';
import { callNames } from './trail-record.ts';

export interface Page {
  readonly events: readonly Event[] | undefined;
  readonly next: string | undefined;
}

export interface Lookup {
  readonly name: string;
  readonly from: number;
  readonly upto: number | undefined;
  readonly token: string | undefined;
}

export interface Span {
  /** From now on, when absent. */
  readonly upto?: number;
  readonly downTo: number;
}

export interface SweepResult {
  /** Every record since this moment was read and understood. */
  readonly reached: number;
  /** The record that prevents reading on. */
  readonly broken: { readonly at: number; readonly text: string } | undefined;
}

interface Pass {
  readonly name: string;
  readonly tokens: Set<string>;
  token: string | undefined;
  ended: boolean;
  /** The time of the last event. All that follow are as old or older, as long as AWS keeps the order. */
  oldest: number;
  ordered: boolean;
}

/** Event times are whole seconds, and more events of the same second may be on the next page. */
const SECOND_MS = 1000;

/** @param take receives each event, and returns why it cannot be understood, if it cannot
 *  @throws Incomplete when a listing contradicts AWS's documentation, and the error of a lookup */
export async function sweepHistory(
  lookup: (asked: Lookup) => Promise<Page>,
  { upto, downTo }: Span,
  goesOn: () => boolean,
  take: (event: Event) => string | undefined,
): Promise<SweepResult> {
  const passes = callNames.map((name): Pass => {
    return { name, tokens: new Set(), token: undefined, ended: false, oldest: Infinity, ordered: true };
  });
  let broken: SweepResult['broken'];
  const readFrom = (pass: Pass) => {
    if (pass.ended) return downTo;
    return pass.ordered ? pass.oldest + SECOND_MS : Infinity;
  };
  // Events before a record that cannot be understood are not worth reading.
  const floor = () => (broken === undefined ? downTo : broken.at + SECOND_MS);

  for (;;) {
    const waiting = passes.filter((pass) => readFrom(pass) > floor());
    const [pass] = waiting.sort((a, b) => (b.oldest > a.oldest ? 1 : b.oldest < a.oldest ? -1 : 0));
    if (pass === undefined || !goesOn()) break;
    const { events, next } = await lookup({ name: pass.name, from: downTo, upto, token: pass.token });
    if (events === undefined) throw new Incomplete('the answer has no list');
    for (const event of events) {
      const at = event.EventTime?.getTime();
      if (at === undefined || Number.isNaN(at)) throw new Incomplete(`event ${event.EventId ?? ''} has no time`);
      if (at > pass.oldest) pass.ordered = false;
      pass.oldest = Math.min(pass.oldest, at);
      const unclear = take(event);
      if (unclear !== undefined && at >= floor()) broken = { at, text: describeEvent(event, unclear) };
    }
    pass.ended = next === undefined || next === '';
    if (pass.tokens.has(next ?? '')) throw new Incomplete('the list does not end: a page leads back to an earlier one');
    if (next !== undefined) pass.tokens.add(next);
    pass.token = next;
  }
  return { reached: Math.max(floor(), ...passes.map(readFrom)), broken };
}

function describeEvent({ EventName, EventId, EventTime }: Event, unclear: string): string {
  const when = EventTime?.toISOString().slice(0, 16).replace('T', ' ') ?? '';
  return `${EventName ?? 'an event'} of ${when} UTC (event ${EventId ?? 'without id'}): ${unclear}`;
}

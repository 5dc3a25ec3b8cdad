// Reads which revisions were really used, and since when that is known, from CloudTrail's event history within a time
// budget for each run.
import type { Event } from '@aws-sdk/client-cloudtrail';
import { momentOf, msSince } from '../../domain/clock.ts';
import type { Finding, Outlook, Usage } from '../../domain/evidence.ts';
import type { Revision } from '../../domain/revision.ts';
import { readPart } from '../../sources/common/read-part.ts';
import type { ReadContext } from '../../sources/common/reader.ts';
import { outlookOf } from './outlook.ts';
import { DAY_MS } from '../../domain/time.ts';
import { callNames, parseTrailRecord } from './trail-record.ts';
import { extendSpan, knowableUntil } from './span.ts';
import type { Lookup, Page } from './sweep.ts';

export interface UsagePlan {
  /** How far back it must be known (usedWithinDays). */
  readonly days: number;
  /** The same for families to be retired (retireFamiliesAfterDays); 0 or absent where none is. */
  readonly retireDays?: number;
  /** The time budget. */
  readonly seconds: number;
  /** The result of earlier runs. */
  readonly known: Usage | undefined;
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
export async function readUsage(context: ReadContext, { days, retireDays = 0, seconds, known }: UsagePlan) {
  const now = context.aws.asOf();
  const began = momentOf(context.clock);
  const elapsedMs = () => msSince(began, context.clock);
  const goesOn = () => !context.outOfTime() && elapsedMs() < seconds * 1000;
  const lastUsed = copyOf(known?.lastUsed);
  const lastCalls = copyOf(known?.lastCalls);
  let [since, until] = [known?.coveredSince, known?.coveredUntil];
  let outlook: Outlook | undefined;
  let retirementOutlook: Outlook | undefined;

  const reading = await readPart(
    context,
    { part: 'usage', without: 'without: [usage]', isSearched: false },
    async function* (tally): AsyncGenerator<readonly Finding[]> {
      const { CloudTrailClient, LookupEventsCommand } = await import('./trail-client.ts');
      const client = context.aws.unsearchedClient(tally, (settings) => new CloudTrailClient(settings));
      const wanted = Math.max(days, retireDays);
      const reached = new Map<string, number>(callNames.map((name) => [name, now]));
      const lookup = async ({ name, from, upto, token }: Lookup): Promise<Page> => {
        const read = Math.floor((now - Math.max(...reached.values())) / DAY_MS);
        tally.reached = `${Math.min(read, wanted)} of ${wanted} days`;
        const { Events: events, NextToken: next } = await client.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
            StartTime: new Date(from),
            ...(upto === undefined ? {} : { EndTime: new Date(upto) }),
            MaxResults: 50,
            ...(token === undefined ? {} : { NextToken: token }),
          }),
        );
        const oldest = next === undefined ? from : events?.at(-1)?.EventTime?.getTime();
        if (oldest !== undefined) reached.set(name, oldest);
        return { events, next };
      };
      const seen = new Set<string>();
      const take = (event: Event): string | undefined => {
        const told = parseTrailRecord(event, context.target);
        if (event.EventId !== undefined) seen.add(event.EventId);
        const { caller } = told;
        if ('unclear' in told) return caller === undefined ? told.unclear : `${told.unclear} (called by ${caller})`;
        const at = event.EventTime?.getTime() ?? now;
        const call = { at, call: event.EventName ?? 'a call', caller: caller ?? 'an unrecorded caller' };
        for (const revision of told.uses) {
          note(lastUsed, revision, at, (one) => one);
          note(lastCalls, revision, call, (one) => one.at);
        }
        return undefined;
      };

      const spanned = await extendSpan(known, { now, days: wanted }, { lookup, goesOn, record: take });
      ({ since, until } = spanned);
      const progress = { seconds, now, tookMs: elapsedMs(), ...spanned };
      outlook = outlookOf({ days, ...progress });
      if (retireDays > 0) retirementOutlook = outlookOf({ days: retireDays, ...progress });
      for (let events = seen.size; events > 0; events--) yield [];
    },
  );
  // A failed reading covers nothing new, but the uses that it saw count.
  const coveredUntil = until ?? knowableUntil(now);
  const coveredSince = since ?? coveredUntil;
  const usage: Usage = {
    coveredSince,
    coveredUntil,
    lastUsed,
    ...(lastCalls.size === 0 ? {} : { lastCalls }),
    ...(outlook === undefined ? {} : { outlook }),
    ...(retirementOutlook === undefined ? {} : { retirementOutlook }),
  };
  return { usage, reading };
}

type By<Value> = Map<string, Map<number, Value>>;

function copyOf<Value>(known: ReadonlyMap<string, ReadonlyMap<number, Value>> = new Map()): By<Value> {
  return new Map(Array.from(known, ([family, numbers]) => [family, new Map(numbers)]));
}

/** The latest one counts. */
function note<Value>(by: By<Value>, { family, number }: Revision, value: Value, at: (one: Value) => number): void {
  const numbers = by.get(family) ?? new Map<number, Value>();
  const known = numbers.get(number);
  if (known === undefined || at(value) >= at(known)) by.set(family, numbers.set(number, value));
}

// Sends the digest of the day: the page first, then the mail that links to it. A digest that is cut off at
// any moment is made again. Its mail may then arrive twice, but it always arrives.
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import type { Clock } from '../domain/clock.ts';
import { HOUR_MS } from '../domain/time.ts';
import { publishFleet } from '../notify/fleet.ts';
import { printFleetPage } from '../report/fleet/page.ts';
import type { Fleet } from '../report/fleet/model.ts';
import { consoleAddress } from '../report/html/console-address.ts';
import { loadCache, overwriteText, updateRecord } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';
import { findExpected, nameOfStackSet, type StackSet } from './expected.ts';
import { type Expected, type HubRecord, hubRecord } from './hub-record.ts';
import { readFleet } from './read-fleet.ts';

export interface DigestOptions {
  readonly store: StateStore;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly version: string;
  readonly topicArn: string;
  readonly silentHours: number;
  readonly stackSet: StackSet | undefined;
  /** `123456789012/eu-west-1`: targets that should report, beside those of the stack set. */
  readonly targets: readonly string[];
  /** Whether to send it also where the last one was sent just now. */
  readonly again: boolean;
}

/** Scheduler and Lambda repeat an invocation for an hour each, and an attempt takes a quarter of an hour at most. The next digest
 *  comes after a day, or earlier where the schedule was moved. */
const SAME_DIGEST_MS = 4 * HOUR_MS;
export const PAGE_KEY = 'fleet.html';

/** @returns nothing where it was sent before
 *  @throws StateError, or the error of SNS: the digest was not sent */
export async function sendDigest(options: DigestOptions): Promise<Fleet | undefined> {
  const { store, aws, clock, version, topicArn, silentHours, again } = options;
  const now = clock.now();
  const before = (await loadCache(store, hubRecord)).value;
  const sentAt = before?.sentAt;
  // A clock may have been ahead when the last one was sent.
  if (!again && sentAt !== undefined && Math.abs(now - sentAt) < SAME_DIGEST_MS) return undefined;

  const { stackSet, targets } = options;
  const found = await findExpected(aws, stackSet);
  const expected = found.expected ?? (stackSet && lastKnown(before, stackSet));
  const hub: HubRecord = { at: now, silentHours, expected, listed: targets, problems: found.problems, sentAt };
  await updateRecord(store, hubRecord, () => hub);

  const fleet = await readFleet(store, now, hub);
  await overwriteText(store, PAGE_KEY, printFleetPage(fleet));
  const page = consoleAddress(`${store.where}/${PAGE_KEY}`, await aws.target(new Tally()));
  await publishFleet(await aws.sns(new Tally()), topicArn, fleet, { page, version });
  // One by hand does not take the place of the daily one.
  if (!again) await updateRecord(store, hubRecord, () => ({ ...hub, sentAt: now }));
  return fleet;
}

/** The targets of yesterday are expected if the stack set cannot be read today. */
function lastKnown(before: HubRecord | undefined, stackSet: StackSet): Expected | undefined {
  return before?.expected?.from === nameOfStackSet(stackSet) ? before.expected : undefined;
}

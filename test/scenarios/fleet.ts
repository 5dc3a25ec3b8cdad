// Three nights of an organization in which something is wrong with six of its accounts.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { REGION } from '../support/account.ts';
import { accountOf, anEvent, DAY_MS, HOUR_MS } from '../support/fleet.ts';
import type { Night } from '../support/night.ts';
import { aHub, aMember, BUS } from '../support/organization.ts';

const [DENIED, SILENT, THROTTLED, DELETED, WRONG_CLOCK, LYING] = [1, 2, 3, 4, 5, 6];

/** @returns the mail of each morning, and what every account has left */
export async function threeNights(accounts: number) {
  const numbers = Array.from({ length: accounts }, (_, index) => index + 1);
  const deployed = new Set(numbers);
  const hub = await aHub(numbers.map(accountOf), () => [...deployed].map(accountOf));
  const members = new Map<number, Awaited<ReturnType<typeof aMember>>>();
  for (const number of numbers) members.set(number, await aMember(number, hub.organization));
  const mails: Awaited<ReturnType<typeof hub.digest>>[] = [];
  for (let night = 1; night <= 3; night++) {
    // Its stack is gone, and a day later it is no longer in the stack set.
    if (night === 3) deployed.delete(DELETED);
    for (const [number, member] of members) {
      if ((number === SILENT || number === DELETED) && night > 1) continue;
      const mend = breakMember(number, night, member);
      await member.run();
      mend();
      if (number === LYING && night === 3) await lie(member.sandbox.url);
    }
    await hub.collect();
    hub.clock.advance(4 * HOUR_MS);
    mails.push(await hub.digest());
    hub.clock.advance(20 * HOUR_MS);
    for (const { clock } of members.values()) clock.advance(DAY_MS);
  }
  const active = [...members.values()].map(({ sandbox }) => sandbox.account.revisions.families()[0]?.active);
  return { mails, active };
}

/** @returns a function that mends it */
function breakMember(number: number, night: number, { sandbox, clock }: Night): () => void {
  if (number === DENIED) return sandbox.faults.add({ operation: 'ListServices', kind: 'deny' });
  if (number === THROTTLED && night === 2) return sandbox.faults.add({ operation: 'ListTasks', kind: 'throttle' });
  if (number === WRONG_CLOCK && night === 2) clock.advance(5 * DAY_MS);
  return () => undefined;
}

/** The account says that all is well with another one. */
async function lie(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'LIAR', secretAccessKey: 'secret' };
  const client = new EventBridgeClient({ endpoint, region: REGION, credentials });
  const Detail = JSON.stringify(anEvent({ account: accountOf(SILENT), began: Date.UTC(2026, 10, 26, 2, 30) }));
  const Entries = [{ EventBusName: BUS, Source: 'ecs-revision-pruner', DetailType: 'Run ended', Detail }];
  await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
}

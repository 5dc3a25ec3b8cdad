// Adds up the records of all targets: who is fine, who needs action, who is silent, and why. Pure; takes one record after the
// other, so that memory grows with what the digest shows and not with what the targets sent.
import type { Night } from '../domain/night.ts';
import type { Problem } from '../domain/problem.ts';
import { sanitize } from '../domain/safe-text.ts';
import { byName } from '../domain/revision.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Fleet, FleetDay, FleetTarget, IgnoredEvents, TargetName } from '../report/fleet/model.ts';
import type { ActionItem } from '../report/model/action-item.ts';
import { clip, formatCount, formatTime, joinList } from '../report/text/wording.ts';
import { causeOf } from './cause.ts';
import type { HubRecord } from './hub-record.ts';
import { dayOf, listNights, type TargetRecord } from './target-record.ts';

/** A target that no list expects and that has been silent for so long does not exist any more. */
const FORGOTTEN_MS = 30 * DAY_MS;
const MOST_DAYS = 14;
/** The first items of a run are its worst. */
const MOST_ITEMS_EACH = 20;
const MOST_ITEMS = 2_000;
/** So that no account alone fills the list. */
const MOST_ITEMS_OF_ACCOUNT = 100;
const LONGEST_TEXT = 600;
const MOST_NAMES = 5;
const MOST_PROBLEMS = 20;
/** A run sends one event, and some runs by hand are possible. */
const MANY_EVENTS = 100;

/** In the words of its first target. */
interface Item extends ActionItem {
  readonly targets: TargetName[];
  /** An account with many Regions counts once. */
  readonly accounts: Set<string>;
  /** 0 where it is the first item of one of its accounts. */
  rank: number;
}

export class FleetSummary {
  readonly #now: number;
  readonly #hub: HubRecord | undefined;
  readonly #targets: FleetTarget[] = [];
  readonly #items = new Map<string, Item>();
  readonly #itemsOfAccount = new Map<string, number>();
  /** Why the stack set could not deploy the stack of a target. */
  readonly #broken: ReadonlyMap<string, string>;
  readonly #days = new Map<string, { active: number; deregistered: number; waiting: number }>();
  readonly #missing: Set<string>;
  readonly #pausable: ReadonlySet<string>;
  readonly #problems: Problem[];
  readonly #retired: string[] = [];
  readonly #unexpected: string[] = [];
  #moreItems = 0;
  #firstDay = '9999-12-31';

  /** @param now milliseconds since the epoch */
  constructor(now: number, hub: HubRecord | undefined) {
    this.#now = now;
    this.#hub = hub;
    this.#missing = new Set([...(hub?.expected?.targets ?? []), ...(hub?.listed ?? [])]);
    this.#pausable = new Set(hub?.expected?.paused === true ? hub.expected.targets : []);
    this.#broken = new Map(hub?.expected?.broken.map(({ target, reason }) => [target, reason]));
    this.#problems = [...(hub?.problems ?? [])];
    for (let ago = MOST_DAYS - 1; ago >= 0; ago--)
      this.#days.set(dayOf(now - ago * DAY_MS), { active: 0, deregistered: 0, waiting: 0 });
  }

  /** In the order of the names. */
  add(name: string, record: TargetRecord): void {
    const { end, receivedAt, events } = record;
    const nights = listNights(record);
    const { account, region, partition } = end.target;
    const isExpected = this.#missing.delete(name);
    const silentFor = this.#now - end.run.began;
    const isSilent = silentFor > this.#silentMs();
    if (isSilent && !isExpected && (this.#hub?.expected !== undefined || silentFor > FORGOTTEN_MS)) {
      this.#retired.push(name);
      return;
    }
    if (!isExpected && this.#hub?.expected !== undefined) this.#unexpected.push(name);
    const isFlood = events.count > MANY_EVENTS && events.day >= dayOf(this.#now - DAY_MS);
    const isPaused = isSilent && !isFlood && this.#isPaused(name);
    const asks = end.needsAction || end.attention.length + end.moreAttention > 0 || isFlood || this.#broken.has(name);
    this.#targets.push({
      account,
      region,
      partition,
      alias: end.alias ?? undefined,
      state: isPaused ? 'paused' : isSilent ? 'silent' : asks ? 'action' : 'fine',
      last: {
        id: end.run.id,
        beganAt: end.run.began,
        receivedAt,
        dryRun: end.run.dryRun,
        outcome: end.outcome,
        verdict: clip(end.verdict, LONGEST_TEXT),
        active: end.counts.active,
        planned: end.counts.planned,
        deregistered: end.counts.deregistered,
        backlog: end.backlog,
        report: end.report ?? undefined,
        version: end.tool.version,
      },
      nights,
    });
    this.#addDays(nights);
    if (isFlood)
      this.#addItem(
        {
          problem: `A target sent ${formatCount(events.count, 'event')} in one day, where a run sends one`,
          remedy: 'Check in CloudTrail who calls events:PutEvents in its account. Only the newest run counts.',
        },
        end.target,
      );
    if (isSilent) this.#addClock(record, isPaused);
    else this.#addItems(record);
  }

  /** A record that cannot be read: its target counts as silent until its next event replaces it. */
  addUnreadable(name: string, problem: Problem): void {
    this.#missing.add(name);
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem);
  }

  addProblem(problem: Problem): void {
    this.#problems.push(problem);
  }

  finish(ignored: readonly IgnoredEvents[]): Fleet {
    for (const name of this.#missing) {
      const [account = '', region = ''] = name.split('/');
      const state = this.#isPaused(name) ? 'paused' : 'silent';
      this.#targets.push({ account, region, partition: 'aws', alias: undefined, state, last: undefined, nights: [] });
    }
    for (const [target, reason] of this.#broken) {
      const [account = '', region = ''] = target.split('/');
      this.#addItem(
        {
          problem: `The stack set could not deploy its stack: ${reason}`,
          remedy: 'Repair the cause in that account, and update the stack set.',
        },
        { account, region },
      );
    }
    return {
      at: this.#now,
      targets: this.#targets.toSorted((a, b) => byName(a.account, b.account) || byName(a.region, b.region)),
      items: [...this.#items.values()]
        .toSorted((a, b) => b.accounts.size - a.accounts.size || a.rank - b.rank)
        .map(({ problem, remedy, targets }) => ({ problem, remedy, targets })),
      moreItems: this.#moreItems,
      days: this.#listDays(),
      ignored,
      problems: this.#problems,
      notes: this.#listNotes(),
    };
  }

  /** A stack that the stack set could not update may lack the pause. */
  #isPaused(name: string): boolean {
    return this.#pausable.has(name) && !this.#broken.has(name);
  }

  #silentMs(): number {
    return (this.#hub?.silentHours ?? DEFAULT_SILENT_HOURS) * HOUR_MS;
  }

  #addItems({ end }: TargetRecord): void {
    for (const item of end.attention.slice(0, MOST_ITEMS_EACH)) this.#addItem(item, end.target);
    this.#moreItems += end.moreAttention + Math.max(0, end.attention.length - MOST_ITEMS_EACH);
    // Nothing says why a later version or a hostile target needs action.
    if ((end.needsAction || end.moreAttention > 0) && end.attention.length === 0)
      this.#addItem({ problem: `A run ended as ${end.outcome}`, remedy: 'Read its report.' }, end.target);
  }

  #addItem(given: ActionItem, { account, region }: TargetName): void {
    const text = {
      problem: clip(sanitize(given.problem.slice(0, 2 * LONGEST_TEXT)), LONGEST_TEXT),
      // Half a command must never be pasted, so a remedy is cut only where it is hostile.
      remedy: sanitize(given.remedy.slice(0, LONGEST_REMEDY)).slice(0, LONGEST_REMEDY),
    };
    const cause = causeOf(text, { account, region });
    const rank = this.#itemsOfAccount.get(account) ?? 0;
    const known = this.#items.get(cause);
    // The first item of each account has its place in any flood.
    const isFull = this.#items.size >= MOST_ITEMS || rank >= MOST_ITEMS_OF_ACCOUNT;
    if (known === undefined && rank > 0 && isFull) {
      this.#moreItems++;
      return;
    }
    const item = known ?? { ...text, targets: [], accounts: new Set(), rank };
    item.targets.push({ account, region });
    item.rank = Math.min(item.rank, rank);
    this.#items.set(cause, item);
    if (item.accounts.has(account)) return;
    item.accounts.add(account);
    this.#itemsOfAccount.set(account, rank + 1);
  }

  /** A target whose clock is wrong does report, and looks silent. */
  #addClock({ end, receivedAt }: TargetRecord, isPaused: boolean): void {
    if (isPaused || this.#now - receivedAt > this.#silentMs()) return;
    this.#addItem(
      {
        problem: `The last event arrived on ${formatTime(receivedAt)} and says that its run began on ${formatTime(end.run.began)}`,
        remedy:
          'It was delayed, or the clock of what sent it is wrong. Wait for the next run, then check who sends events in that account.',
      },
      end.target,
    );
  }

  /** Before its first known night, a target counts as it was found then, so that a new target is no growth. */
  #addDays(nights: readonly Night[]): void {
    let next = 0;
    let now = { active: nights[0]?.active ?? 0, waiting: nights[0]?.waiting ?? 0 };
    for (const [day, sums] of this.#days) {
      for (let night = nights[next]; night !== undefined && dayOf(night.beganAt) <= day; night = nights[++next]) {
        now = { active: Math.max(0, night.active - night.deregistered), waiting: night.waiting };
        if (dayOf(night.beganAt) === day) sums.deregistered += night.deregistered;
        this.#firstDay = day < this.#firstDay ? day : this.#firstDay;
      }
      sums.active += now.active;
      sums.waiting += now.waiting;
    }
  }

  /** From the first known night on. */
  #listDays(): FleetDay[] {
    const days = Array.from(this.#days, ([day, sums]): FleetDay => ({ day, ...sums }));
    return days.filter(({ day }) => day >= this.#firstDay);
  }

  #listNotes(): string[] {
    const { expected } = this.#hub ?? {};
    const list = (what: string, names: readonly string[]) =>
      names.length === 0 ? [] : [`${what}: ${joinList(names.toSorted(byName), MOST_NAMES)}`];
    const left = expected === undefined ? 'Silent for more than 30 days' : `No longer in the ${expected.from}`;
    return [
      ...(expected?.paused === true ? ['The stack set has its parameter Paused set, so no run starts'] : []),
      ...list(`${left} and left out`, this.#retired),
      ...list(`Not in the ${expected?.from}, and still reporting`, this.#unexpected),
    ];
  }
}

/** A day, and half of one for a schedule that was moved and a run that takes hours. */
export const DEFAULT_SILENT_HOURS = 36;
const LONGEST_REMEDY = 2_000;

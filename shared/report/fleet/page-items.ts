// Prints what a fleet asks for: each item once, with the first of its targets, and the others below a summary that opens them.
import { html, type Html, isolate } from '../html/html.ts';
import { MOST_ITEMS, type PageItem, printItems } from '../html/items.ts';
import { formatCount, formatDay } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { nameTarget } from './headline.ts';
import { listFleetItems, type LocatedItem } from './items.ts';
import type { Fleet } from './model.ts';
import { linkReport } from './page-outcome.ts';

const FEW = 6;
const MOST_OPENED = 200;
/** Of all items together, so that thousands of targets with thousands of items stay small. */
const MOST_NAMES = 2_000;

type Located = LocatedItem['targets'][number];

export function printFleetItems(fleet: Fleet): Html {
  const items = [...listSilent(fleet), ...listFleetItems(fleet)];
  let room = MOST_NAMES;
  const shown = items.slice(0, MOST_ITEMS).map((item): PageItem => {
    const opened = Math.max(0, Math.min(item.targets.length - FEW, MOST_OPENED, room));
    room -= opened;
    return { ...item, where: printWhere(item, opened, fleet.at) };
  });
  const more = items.length - shown.length + fleet.moreItems;
  return printItems(shown, more, 'in the reports of the targets and in fleet actions --json');
}

/** Silent targets report nothing, so they ask for nothing themselves. */
function listSilent({ targets }: Fleet): LocatedItem[] {
  const silent = targets.filter(({ state }) => state === 'silent');
  if (silent.length === 0) return [];
  return [
    {
      problem: 'No event arrived in time',
      remedy: 'Check the stack, its schedule and its alarms there.',
      targets: silent,
    },
  ];
}

function printWhere({ targets, account, remedy }: LocatedItem, opened: number, now: number): Html {
  if (account !== undefined) return html`<p class="at">In account ${isolate(account)}.</p>`;
  const [first] = targets;
  if (first === undefined) return null;
  const names = targets.slice(0, FEW).map((one) => printName(one, now));
  const rest = targets.slice(FEW, FEW + opened);
  const hidden = targets.length - FEW - opened;
  const isCommandOfOne = targets.length > 1 && splitRemedy(remedy).paste !== undefined;
  const where =
    targets.length === 1
      ? 'In '
      : `In ${formatCount(targets.length, 'target')}${targets.length > FEW ? ', such as ' : ': '}`;
  const more =
    hidden > 0 && html`<p class="more">… and ${formatCount(hidden, 'more target')}, in the JSON document.</p>`;
  return html`<p class="at">
      ${where}${names.map((name, index) => html`${index > 0 && ', '}${name}`)}.${
        isCommandOfOne && html`${' The command is that of '}${isolate(nameTarget(first))}.`
      }
    </p>
    ${
      rest.length === 0
        ? more
        : html`<details class="data">
            <summary>${formatCount(rest.length + Math.max(0, hidden), 'more target')}</summary>
            <ul class="names">
              ${rest.map((one) => html`<li>${printName(one, now)}</li>`)}
            </ul>
            ${more}
          </details>`
    }`;
}

function printName(target: Located, now: number): Html {
  const name = linkReport(target, isolate(nameTarget(target)));
  if (target.state !== 'silent') return name;
  return html`${name} (${target.last === undefined ? 'never reported' : `since ${formatDay(target.last.beganAt, now)}`})`;
}

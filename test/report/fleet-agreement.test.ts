// Page, mail, terminal and JSON of any fleet have the same figures, and show hostile texts as what they are.
import * as fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, test } from 'vitest';
import { safe } from '../../shared/domain/safe-text.ts';
import { printFleetEmail } from '../../shared/report/fleet/email.ts';
import { nameTarget, summarizeFleet } from '../../shared/report/fleet/headline.ts';
import { fleetDocument, toFleetDocument } from '../../shared/report/fleet/json.ts';
import type { Fleet, LastRun, TargetState } from '../../shared/report/fleet/model.ts';
import { printFleetPage } from '../../shared/report/fleet/page.ts';
import { printFleetTarget } from '../../shared/report/fleet/target-text.ts';
import { printFleetStatus } from '../../shared/report/fleet/text.ts';
import { anyFleet } from '../support/any-fleet.ts';
import { attributesOf, knownTags, tagsOf, textOf } from '../support/markup.ts';

const fleets = fc.sample(anyFleet, { numRuns: 120, seed: 2_611 });
const law = (holds: (fleet: Fleet) => void) => {
  for (const fleet of fleets) holds(fleet);
};

/** Characters that move a cursor, change the direction, have no width or are half a character. */
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029\u00AD\u3164]/u;
const WIDTHS = [40, 60, 80, 200] as const;
const oneLine = (text: string) => text.replaceAll(/\s+/gu, ' ');
const statusOf = (fleet: Fleet, width = 200) => printFleetStatus(fleet, { width, color: false });

interface Figures {
  readonly sentence: string | undefined;
  readonly active: number | undefined;
  readonly deregistered: number | undefined;
  readonly backlog: number | undefined;
  /** Absent without a dry run. */
  readonly planned: number | undefined;
}

/** Counted here once more. */
function expected({ targets, ...fleet }: Fleet): Figures {
  const runs = targets.flatMap(({ last }) => (last === undefined ? [] : [last]));
  const sum = (of: (run: LastRun) => number) => runs.reduce((all, one) => all + of(one), 0);
  const dryRuns = runs.filter(({ dryRun }) => dryRun);
  return {
    sentence: summarizeFleet({ targets, ...fleet }),
    active: sum((one) => Math.max(0, one.active - one.deregistered)),
    deregistered: sum((one) => one.deregistered),
    backlog: sum((one) => one.backlog.revisions),
    planned: dryRuns.length === 0 ? undefined : dryRuns.reduce((all, one) => all + one.planned, 0),
  };
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found.replaceAll(',', ''));
}

/** Of a mail, or of a terminal without its line breaks. */
function figuresOf(text: string, sentence: string | undefined): Figures {
  return {
    sentence,
    active: numberIn(text, /Total: ([\d,]+) ACTIVE/),
    deregistered: numberIn(text, /ACTIVE revisions?; ([\d,]+) deregistered by the last runs/),
    backlog: numberIn(text, /deregistered by the last runs; backlog (?:at least )?([\d,]+)/),
    planned: numberIn(text, /Dry runs: [\d,]+ targets? would deregister ([\d,]+)/),
  };
}

const stateIn = ({ targets }: Fleet, wanted: TargetState) => targets.filter(({ state }) => state === wanted).length;

describe('the figures', () => {
  test('of the JSON document are those of the targets', () => {
    law((fleet) => {
      const document = toFleetDocument(fleet, '0.1.0');
      const { sentence, planned = 0, ...totals } = expected(fleet);
      expect(fleetDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
      expect(document.verdict).toBe(sentence);
      expect(document.counts).toEqual({
        targets: fleet.targets.length,
        fine: stateIn(fleet, 'fine'),
        action: stateIn(fleet, 'action'),
        silent: stateIn(fleet, 'silent'),
        paused: stateIn(fleet, 'paused'),
        planned,
        ...totals,
      });
      expect(document.ignored.map(({ count }) => count)).toEqual(fleet.ignored.map(({ count }) => count));
    });
  });

  test('of the mail and of the terminal are the same', () => {
    law((fleet) => {
      const { body } = printFleetEmail(fleet);
      expect(figuresOf(body, body.split('\n')[0])).toEqual(expected(fleet));
      for (const width of WIDTHS) {
        const status = statusOf(fleet, width);
        const answer = oneLine(status.trimEnd().split('\n\n').at(-1) ?? '');
        expect(figuresOf(oneLine(status), answer)).toEqual(expected(fleet));
      }
    });
  });

  test('of the page are the same', () => {
    law((fleet) => {
      const page = printFleetPage(fleet);
      const text = textOf(page);
      expect(text).toContain(` ${summarizeFleet(fleet)} `);
      expect(page).toContain(`<title>${printFleetEmail(fleet).subject}</title>`);
      if (fleet.targets.length === 0) return;
      expect({
        sentence: summarizeFleet(fleet),
        active: numberIn(text, /ACTIVE revisions now ([\d,]+)/),
        deregistered: numberIn(text, /Deregistered by the last runs ([\d,]+)/),
        backlog: numberIn(text, / Backlog (?:at least )?([\d,]+)/),
        planned: numberIn(text, /dry runs? would deregister ([\d,]+)/),
      }).toEqual(expected(fleet));
      const legend = / fine ([\d,]+) need action ([\d,]+) silent ([\d,]+) paused ([\d,]+) targets? ([\d,]+) /.exec(
        text,
      );
      expect(legend?.slice(1).map(Number)).toEqual([
        stateIn(fleet, 'fine'),
        stateIn(fleet, 'action'),
        stateIn(fleet, 'silent'),
        stateIn(fleet, 'paused'),
        fleet.targets.length,
      ]);
    });
  });

  test('of the page are those of its rows: one for each target, and one cell of the grid', () => {
    law((fleet) => {
      const page = printFleetPage(fleet);
      const [grid = '', table = ''] = page.split('<table').slice(-2);
      if (fleet.targets.length === 0) return;
      for (const state of ['fine', 'action', 'silent', 'paused'] as const)
        expect(table.match(new RegExp(` data-s="${state}"`, 'g'))?.length ?? 0).toBe(stateIn(fleet, state));
      expect(grid.match(/<td role="cell">(?!<\/td>)/g)).toHaveLength(fleet.targets.length);
    });
  });

  test('of action items are the same, but that the page has one more for those that are silent', () => {
    law((fleet) => {
      const { attention, problems, ignored } = toFleetDocument(fleet, '0.1.0');
      // Three of the accounts whose events were ignored.
      const items = attention.length + problems.length + Math.min(3, ignored.length);
      const counted = items === 0 ? undefined : items;
      expect(numberIn(printFleetEmail(fleet).body, /^Action required: (\d+) items?$/m)).toBe(counted);
      expect(numberIn(statusOf(fleet), /^Action required: (\d+) items?$/m)).toBe(counted);
      const shown = printFleetPage(fleet).match(/<p class="problem">/g)?.length ?? 0;
      expect(shown).toBe(items + (stateIn(fleet, 'silent') > 0 ? 1 : 0));
    });
  });
});

describe('the mail', () => {
  test('has fewer than 120 lines and a subject of ASCII below 100 characters', () => {
    law((fleet) => {
      const { subject, body } = printFleetEmail(fleet, 'https://console.aws.amazon.com/s3/object/hub');
      expect(body.trimEnd().split('\n').length).toBeLessThan(120);
      expect(subject).toMatch(/^\[fleet\] (?:OK|ACTION): [ -~]{1,85}$/);
    });
  });
});

describe('the terminal', () => {
  test.each(WIDTHS)('of %i columns breaks no word, and no line is wider but by its last word', (width) => {
    law((fleet) => {
      const text = statusOf(fleet, width);
      for (const target of safe(fleet).targets) expect(oneLine(text)).toContain(oneLine(nameTarget(target)).trim());
      const [first] = fleet.targets;
      const details = first && { target: first, attention: fleet.items, moreAttention: 0 };
      const one = details === undefined ? '' : printFleetTarget(details, { width, color: false });
      // An address stays whole.
      const lines = `${text}${one}`.split('\n').filter((line) => !line.startsWith('Report: '));
      const wide = lines.filter((line) => stringWidth(line) > width);
      for (const line of wide) {
        const beforeLast = line.replace(/ \\$/u, '').replace(/(?<=\S) +(?:--\S+ )?\S+$/u, '');
        const isWhole = !line.trim().includes(' ') || stringWidth(beforeLast) <= width || /^ {6}\S/u.test(line);
        expect(isWhole ? '' : line).toBe('');
      }
    });
  });

  test('shows the same words in colour', () => {
    law((fleet) => {
      const colored = printFleetStatus(fleet, { width: 80, color: true });
      // oxlint-disable-next-line no-control-regex -- the escapes of colours
      expect(colored.replaceAll(/\u001B\[[\d;]*m/g, '')).toBe(statusOf(fleet, 80));
    });
  });
});

describe('hostile texts', () => {
  test('let nothing through that a person cannot see', () => {
    law((fleet) => {
      const { subject, body } = printFleetEmail(fleet);
      const page = printFleetPage(fleet).replaceAll(/<script>.*?<\/script>/gs, '');
      const document = JSON.stringify(toFleetDocument(fleet, '0.1.0'), null, 1);
      for (const text of [subject, body, statusOf(fleet, 80), page, document]) expect(text).not.toMatch(UNSEEN);
    });
  });

  test('make no element, no attribute and no link of their own on the page', () => {
    law((fleet) => {
      const page = printFleetPage(fleet);
      expect(tagsOf(page).filter((tag) => !knownTags.has(tag))).toEqual([]);
      expect(attributesOf(page).filter((name) => name.startsWith('on') || name === 'src' || name === 'style')).toEqual(
        [],
      );
      for (const [, address = ''] of page.matchAll(/ href="([^"]*)"/g))
        expect(address).toMatch(
          /^(?:#[a-z]+|https:\/\/(?:[a-z0-9-]+\.console\.aws\.amazon\.com|console\.amazonaws\.cn|console\.amazonaws-us-gov\.com)\/s3\/object\/[^"<>\s]*)$/,
        );
    });
  });
});

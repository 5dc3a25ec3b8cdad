// Prints a report as a custom notification of Amazon Q Developer in chat applications, which brings it to Slack and Microsoft
// Teams: is it fine, what must the operator do, what happened, why, what is next. It fits one screen of a phone; the mail and the
// JSON document have the rest. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
import { safe } from '../../domain/safe-text.ts';
import { sizeOf } from '../../domain/revision.ts';
import { countRevisions, countInGroups, groupByFamily } from '../model/counts.ts';
import { idArgument } from '../model/course.ts';
import type { Report } from '../model/report.ts';
import { describeTrend } from '../model/trend.ts';
import { formatExtent } from '../sections/family-rows.ts';
import { printOutcome, printSubject, summarize } from '../sections/headline.ts';
import { printBacklog, printGoLive } from '../sections/sections.ts';
import { printCommand } from '../text/commands.ts';
import { clip, formatCount, formatNumber, joinList, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { codeSpan, escapeMarkdown } from './markdown.ts';

/** A chat wraps lines itself. */
const WIDTH = Infinity;

export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** Characters of a title, a next step and a keyword. The description has up to 8,000, and this one at most half of that. */
const LONGEST_TITLE = 250;
const LONGEST_STEP = 350;
const LONGEST_KEYWORD = 75;

/** @param at the address of the stored report */
export function printChat(given: Report, at?: string): ChatNotification {
  const report = safe(given);
  const { outcome, run, target } = report;
  const { account = 'unknown', region = 'unknown' } = target ?? {};
  const steps = listSteps(report, at);
  const paragraphs = [
    [escape(summarize(report), 800)],
    printItems(report),
    [...printDeregistered(report), ...describeTrend(report).map((line) => escape(line, 200))],
    printKept(report),
  ];
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: escape(printSubject(report), LONGEST_TITLE),
      description: paragraphs
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.join('\n'))
        .join('\n\n'),
      ...(steps.length > 0 ? { nextSteps: steps } : {}),
      keywords: [outcome, account, region].map((word) => escape(word, LONGEST_KEYWORD)),
    },
    metadata: {
      // A channel that shows updates in threads has one thread for each account and Region.
      threadId: `ecs-revision-pruner-${account}-${region}`,
      summary: escape(printOutcome(report, LONGEST_TITLE), LONGEST_TITLE),
      eventType: `ecs-revision-pruner-${outcome}`,
      // For buttons of a channel.
      additionalContext: { outcome, account, region, run: escape(run.id, LONGEST_KEYWORD), dryRun: String(run.dryRun) },
    },
  };
}

/** The first ones are the worst, and three fill a phone. */
const MOST_ITEMS = 3;
const LONGEST_PASTE = 400;

function printItems({ actionItems }: Report): string[] {
  const items = actionItems.slice(0, MOST_ITEMS).flatMap(({ problem, remedy }) => {
    const { prose, paste } = splitRemedy(remedy);
    // Half a command must never be pasted.
    const command = paste === undefined ? [] : [codeSpan(paste)].filter((span) => span.length <= LONGEST_PASTE);
    const isLeftOut = paste !== undefined && command.length === 0;
    return [
      `• ${escape(toSentence(problem), 300)}`,
      `→ ${escape(isLeftOut ? `${prose} (see the mail)` : prose, 300)}`,
      ...command,
    ];
  });
  const more = actionItems.length - MOST_ITEMS;
  return more > 0 ? [...items, `... and ${formatCount(more, 'more item')}`] : items;
}

const MOST_FAMILIES = 3;

function printDeregistered({ run, plan, results }: Report): string[] {
  const groups = groupByFamily(run.dryRun ? (plan?.toDeregister ?? []) : results.deregistered);
  if (countInGroups(groups) === 0) return [];
  const largest = groups.toSorted((a, b) => sizeOf(b.ranges) - sizeOf(a.ranges));
  const names = largest.map(({ family, ranges }) => `${clip(family, 60)} ${formatNumber(sizeOf(ranges))}`);
  const heading = run.dryRun ? 'Would deregister' : 'Deregistered';
  return [escape(`${heading}: ${formatExtent(groups)}: ${joinList(names, MOST_FAMILIES)}`, 400)];
}

function printKept(report: Report): string[] {
  const { kept, keptBy } = countRevisions(report);
  if (kept === 0) return [];
  const rules = keptBy.map(({ rule, revisions }) => `${formatNumber(revisions)} ${rule}`);
  return [escape(`Kept: ${formatCount(kept, 'revision')}: ${joinList(rules, 8)}`, 300)];
}

function listSteps(report: Report, at: string | undefined): string[] {
  const { run, target, results, backlog } = report;
  const canUndo = results.deregistered.length > 0 && run.where !== undefined;
  const undo = printCommand(`restore --run ${idArgument(run.id)}`, { target, where: run.where });
  const steps = [...(backlog.revisions > 0 ? printBacklog(report, WIDTH) : []), ...printGoLive(report, WIDTH)].map(
    (line) => escape(line, LONGEST_STEP),
  );
  const commands = canUndo ? [`Undo: ${codeSpan(undo)}`] : [];
  const address = at === undefined ? [] : [`Report: ${codeSpan(at)}`];
  return [...steps, ...[...commands, ...address].filter((step) => step.length <= LONGEST_STEP)];
}

/** At most so many characters, also where an escape takes several. */
function escape(text: string, longest: number): string {
  for (let most = longest; ; most = Math.floor(most / 2)) {
    const escaped = escapeMarkdown(clip(text, most));
    if (escaped.length <= longest || most === 0) return escaped;
  }
}

// Shows how the last run of a target ended: a word on a badge, and the link to its report.
import { consoleAddress } from '../html/console-address.ts';
import { html, type Html } from '../html/html.ts';
import { outcomes } from '../model/report.ts';
import { clipOutcome } from './headline.ts';
import type { FleetTarget } from './model.ts';

/** In the order of a legend. A later version may have more. */
const meanings = {
  SILENT: 'sent no event in time',
  FAILED: 'the run failed',
  HELD: 'on hold, nothing was deregistered',
  ACTION: 'action required',
  PARTIAL: 'AWS refused some revisions',
  PAUSED: 'silent, and the stack set is paused',
  PREVIEW: 'a dry run',
  OK: 'no action required',
} as const;
type Word = keyof typeof meanings;

export interface Shown {
  readonly word: string;
  /** The class of its badge, and its word in the filter. */
  readonly kind: Word | 'OTHER';
}

export function findOutcome({ state, last }: FleetTarget): Shown {
  if (state === 'silent') return { word: 'SILENT', kind: 'SILENT' };
  if (state === 'paused') return { word: 'PAUSED', kind: 'PAUSED' };
  const outcome = last?.outcome ?? '';
  return { word: clipOutcome(outcome), kind: outcomes.find((one) => one === outcome) ?? 'OTHER' };
}

/** The outcomes of these targets, each with its meaning. */
export function listOutcomes(targets: readonly FleetTarget[]): (Shown & { readonly meaning: string })[] {
  const kinds = new Set(targets.map((target) => findOutcome(target).kind));
  const words = Object.entries(meanings).map(([word, meaning]) => ({ word, meaning }));
  const found = words.flatMap(({ word, meaning }) => {
    const kind = [...kinds].find((one) => one === word);
    return kind === undefined ? [] : [{ word, kind, meaning }];
  });
  return kinds.has('OTHER') ? [...found, { word: 'OTHER', kind: 'OTHER', meaning: 'as a later version says' }] : found;
}

export function printBadge({ word, kind }: Shown): Html {
  return html`<span class="badge ${kind}">${word}</span>`;
}

/** S3 accepts a key of 1,024 bytes and a bucket of 63 characters, so anything longer is no address.
 *  https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const LONGEST_ADDRESS = 1_100;

/** The page of the report stands beside its JSON, and opens for a role of that account.
 *  @param style the class of the link */
export function linkReport(target: Partial<FleetTarget>, text: Html, style?: string): Html {
  const address = findAddress(target);
  if (address !== undefined) return html`<a class=${style} href=${address}>${text}</a>`;
  return style === undefined ? text : html`<span class=${style}>${text}</span>`;
}

function findAddress({ last, account, partition, region }: Partial<FleetTarget>): string | undefined {
  const page = last?.report?.replace(/report\.json$/, 'report.html');
  if (page === undefined || account === undefined || partition === undefined || region === undefined) return undefined;
  return page.length > LONGEST_ADDRESS ? undefined : consoleAddress(page, { account, partition, region });
}

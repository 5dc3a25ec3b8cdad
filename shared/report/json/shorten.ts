// Shortens a report document until it fits a message: first without the single revisions (their ranges say the same), then
// without the reasons, then with only the beginnings of the lists. The counts stay complete, and `shortened` says what is
// left out.
import type { DeletionsDocument } from './deletions.ts';
import type { GroupDocument } from './parts.ts';
import type { ReportDocument } from './report-schema.ts';
import { collect, type Lazy, lazily, sizeOfJson } from './write-json.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';

/** @param bytes the limit of the document as JSON text in UTF-8; below 8 kB it may be missed */
export function shorten(document: Lazy<ReportDocument>, bytes: number): ReportDocument {
  if (fits(document, bytes)) return collect<ReportDocument>(document);
  let shorter = withoutRevisions(document);
  for (const step of [withoutKept, withBriefTexts]) {
    if (fits(shorter, bytes)) return shorter;
    shorter = step(shorter);
  }
  if (fits(shorter, bytes)) return shorter;
  for (const entries of [1000, 300, 100, 30, 10, 3]) {
    const beginning = withBeginnings(shorter, entries);
    if (fits(beginning, bytes)) return beginning;
  }
  return withBeginnings(shorter, 0);
}

const GROUPS = ['plan', 'deregistered', 'deferred', 'held', 'alreadyInactive', 'notReached'] as const;

function fits(document: Lazy<ReportDocument>, bytes: number): boolean {
  return bytes === Infinity || sizeOfJson(document) <= bytes;
}

function withoutRevisions(document: Lazy<ReportDocument>): ReportDocument {
  const groups = GROUPS.map(
    (name) => [name, lazily(document[name], ({ family, ranges }) => ({ family, ranges }))] as const,
  );
  return collect<ReportDocument>({
    ...document,
    ...Object.fromEntries(groups),
    shortened: [...document.shortened, 'revisions one by one: see the ranges'],
  });
}

function withoutKept(document: ReportDocument): ReportDocument {
  const left = `kept: ${formatCount(document.counts.kept, 'revision')} of ${formatCount(document.kept.length, 'family')}`;
  return { ...document, kept: [], shortened: [...document.shortened, left] };
}

/** Long enough for AWS's answer to a denied call. */
const TEXT = 600;

const TEXTS: ReadonlySet<string> = new Set([
  'operation',
  'reason',
  'remedy',
  'problem',
  'answer',
  'referrer',
  'part',
  'name',
  'why',
]);

function withBriefMembers<Entry extends object>(entry: Entry): Entry {
  const texts = Object.entries(entry).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' && TEXTS.has(name) ? [[name, clip(value, TEXT)] as const] : [],
  );
  return { ...entry, ...Object.fromEntries(texts) };
}

const ENTRIES = [
  'skipped',
  'failed',
  'lateReferences',
  'danglingReferences',
  'problems',
  'attention',
  'unread',
  'readings',
  'trend',
] as const;

function withBriefTexts(document: ReportDocument): ReportDocument {
  const { stop, failure } = document;
  const entries = ENTRIES.map((name) => [name, document[name].map(withBriefMembers<object>)] as const);
  return {
    ...document,
    ...Object.fromEntries(entries),
    notes: document.notes.map((note) => clip(note, TEXT)),
    stop: stop && withBriefMembers(stop),
    failure: failure && withBriefMembers(failure),
    shortened: [...document.shortened, `texts after ${TEXT} characters`],
  };
}

const LISTS = ['notes', ...ENTRIES] as const;

function withBeginnings(document: ReportDocument, entries: number): ReportDocument {
  const short = { ...document };
  for (const name of GROUPS) short[name] = document[name].slice(0, entries).map((one) => withFewerRanges(one, entries));
  for (const name of LISTS) Object.assign(short, { [name]: document[name].slice(0, entries) });
  if (document.deletions !== undefined) short.deletions = shortenDeletions(document.deletions, entries);
  const { retired, saved } = document;
  if (retired !== undefined) short.retired = { ...retired, families: retired.families.slice(0, entries) };
  if (saved !== undefined)
    short.saved = {
      ...saved,
      changes: saved.changes.slice(0, entries).map((one) => ({
        ...one,
        ranges: one.ranges.slice(0, entries),
        change: clip(one.change, TEXT),
      })),
    };
  const left = [...GROUPS, ...LISTS]
    .map((name) => ({ name, more: document[name].length - short[name].length }))
    .filter(({ more }) => more > 0)
    .map(({ name, more }) => `${name}: ${formatNumber(more)} more`);
  const families = (retired?.families.length ?? 0) - entries;
  if (families > 0) left.push(`retired: ${formatNumber(families)} more`);
  const changes = (saved?.changes.length ?? 0) - entries;
  if (changes > 0) left.push(`saved: ${formatNumber(changes)} more changes`);
  return { ...short, shortened: [...document.shortened, `ranges after ${formatNumber(entries)} a family`, ...left] };
}

function withFewerRanges({ family, ranges }: GroupDocument, entries: number): GroupDocument {
  const more = ranges.length - entries;
  return more > 0 ? { family, ranges: ranges.slice(0, entries), moreRanges: more } : { family, ranges };
}

function shortenDeletions(document: DeletionsDocument, entries: number): DeletionsDocument {
  const shortenGroups = (all: readonly GroupDocument[]) =>
    all.slice(0, entries).map(({ family, ranges }) => ({ family, ranges: ranges.slice(0, entries) }));
  return {
    ...document,
    deleted: shortenGroups(document.deleted),
    alreadyDeleted: shortenGroups(document.alreadyDeleted),
    kept: document.kept.slice(0, entries).map(withBriefMembers),
    failed: document.failed.slice(0, entries).map(withBriefMembers),
    stop: document.stop && withBriefMembers(document.stop),
  };
}

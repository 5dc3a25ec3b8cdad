// Makes a report's JSON document fit into a message: first the revisions one by one go (their ranges say the same), then
// why each was kept, then all lists keep only their beginnings. The counts stay whole and `shortened` says what went.
import { shortenDeletions } from '../sections/deletions.ts';
import type { ReportDocument } from './report-schema.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';

type Groups = ReportDocument['plan'];

/** @param bytes what the document may take as JSON text in UTF-8; with fewer than 8 kB it may not be reached */
export function shorten(document: ReportDocument, bytes: number): ReportDocument {
  let shorter = document;
  for (const step of [withoutRevisions, withoutKept, withBriefTexts]) {
    if (fits(shorter, bytes)) return shorter;
    shorter = step(shorter);
  }
  if (fits(shorter, bytes)) return shorter;
  for (const entries of [1000, 300, 100, 30, 10, 3]) {
    const beginning = beginnings(shorter, entries);
    if (fits(beginning, bytes)) return beginning;
  }
  return beginnings(shorter, 0);
}

const GROUPS = ['plan', 'deregistered', 'deferred', 'held', 'alreadyGone', 'left'] as const;

function fits(document: ReportDocument, bytes: number): boolean {
  return bytes === Infinity || Buffer.byteLength(JSON.stringify(document)) <= bytes;
}

function withoutRevisions(document: ReportDocument): ReportDocument {
  const short = { ...document, shortened: [...document.shortened, 'revisions one by one: see the ranges'] };
  for (const name of GROUPS) short[name] = document[name].map(({ family, ranges }) => ({ family, ranges }));
  return short;
}

function withoutKept(document: ReportDocument): ReportDocument {
  const left = `kept: ${formatCount(document.counts.kept, 'revision')} of ${formatCount(document.kept.length, 'family')}`;
  return { ...document, kept: [], shortened: [...document.shortened, left] };
}

/** Long enough for AWS's own words about a denied call. */
const TEXT = 600;

function withBriefTexts(document: ReportDocument): ReportDocument {
  const text = (long: string) => clip(long, TEXT);
  const told = ({ doing, said, next }: NonNullable<ReportDocument['failure']>) => ({
    doing: text(doing),
    said: text(said),
    next: text(next),
  });
  const { stop, failure } = document;
  return {
    ...document,
    notes: document.notes.map(text),
    spared: document.spared.map((one) => ({ ...one, says: text(one.says) })),
    failed: document.failed.map((one) => ({ ...one, says: text(one.says), said: text(one.said) })),
    stranded: document.stranded.map((one) => ({ ...one, who: text(one.who) })),
    strandedBefore: document.strandedBefore.map((one) => ({ ...one, who: text(one.who) })),
    faults: document.faults.map((one) => ({ ...one, part: text(one.part), ...told(one) })),
    attention: document.attention.map(({ says, next }) => ({ says: text(says), next: text(next) })),
    unread: document.unread.map(({ name, why }) => ({ name: text(name), why: text(why) })),
    readings: document.readings.map((one) => ({ ...one, part: text(one.part) })),
    stop: stop === null ? null : { by: stop.by, says: text(stop.says), next: text(stop.next) },
    failure: failure === null ? null : told(failure),
    shortened: [...document.shortened, `texts after ${TEXT} characters`],
  };
}

const LISTS = [
  'notes',
  'spared',
  'failed',
  'stranded',
  'strandedBefore',
  'faults',
  'attention',
  'unread',
  'readings',
] as const;

function beginnings(document: ReportDocument, entries: number): ReportDocument {
  const short = { ...document };
  for (const name of GROUPS) short[name] = document[name].slice(0, entries).map((one) => cut(one, entries));
  if (document.deletions !== undefined) short.deletions = shortenDeletions(document.deletions, entries);
  const { retired } = document;
  if (retired !== undefined) short.retired = { ...retired, families: retired.families.slice(0, entries) };
  short.notes = document.notes.slice(0, entries);
  short.spared = document.spared.slice(0, entries);
  short.failed = document.failed.slice(0, entries);
  short.stranded = document.stranded.slice(0, entries);
  short.strandedBefore = document.strandedBefore.slice(0, entries);
  short.faults = document.faults.slice(0, entries);
  short.attention = document.attention.slice(0, entries);
  short.unread = document.unread.slice(0, entries);
  short.readings = document.readings.slice(0, entries);
  const left = [...GROUPS, ...LISTS]
    .map((name) => ({ name, more: document[name].length - short[name].length }))
    .filter(({ more }) => more > 0)
    .map(({ name, more }) => `${name}: ${formatNumber(more)} more`);
  const families = (retired?.families.length ?? 0) - entries;
  if (families > 0) left.push(`retired: ${formatNumber(families)} more`);
  return {
    ...short,
    shortened: [...document.shortened, `ranges after ${formatNumber(entries)} a family`, ...left],
  };
}

function cut({ family, ranges }: Groups[number], entries: number): Groups[number] {
  const more = ranges.length - entries;
  return more > 0 ? { family, ranges: ranges.slice(0, entries), moreRanges: more } : { family, ranges };
}

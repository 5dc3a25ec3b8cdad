// Makes a report's JSON document fit into a message: first the revisions one by one go (their ranges say the same), then
// why each was kept, then all lists keep only their beginnings. The counts stay whole and `shortened` says what went.
import type { ReportDocument } from './schema.ts';
import { clip, counted, grouped } from './wording.ts';

type Groups = ReportDocument['plan'];

/** @param bytes what the document may take as JSON text in UTF-8; with fewer than 8 kB it may not be reached */
export function shorten(document: ReportDocument, bytes: number): ReportDocument {
  if (fits(document, bytes)) return document;
  const ranges = withoutRevisions(document);
  if (fits(ranges, bytes)) return ranges;
  const unexplained = withoutKept(ranges);
  for (const entries of [Infinity, 1000, 300, 100, 30, 10, 3]) {
    const beginning = Number.isFinite(entries) ? beginnings(unexplained, entries) : unexplained;
    if (fits(beginning, bytes)) return beginning;
  }
  return beginnings(unexplained, 0);
}

/** In the order in which they are cut, which is none: each is cut alike. */
const GROUPS = ['plan', 'deregistered', 'later', 'held', 'alreadyGone', 'left'] as const;
const LISTS = ['spared', 'failed', 'stranded', 'faults', 'attention', 'unread', 'readings'] as const;

function fits(document: ReportDocument, bytes: number): boolean {
  return bytes === Infinity || Buffer.byteLength(JSON.stringify(document)) <= bytes;
}

function withoutRevisions(document: ReportDocument): ReportDocument {
  const short = { ...document, shortened: [...document.shortened, 'revisions one by one: see the ranges'] };
  for (const name of GROUPS) short[name] = document[name].map(({ family, ranges }) => ({ family, ranges }));
  return short;
}

function withoutKept(document: ReportDocument): ReportDocument {
  const left = `kept: ${counted(document.counts.kept, 'revision')} of ${counted(document.kept.length, 'family')}`;
  return { ...document, kept: [], shortened: [...document.shortened, left] };
}

/** Long enough for AWS's own words about a denied call. */
const TEXT = 600;

function beginnings(document: ReportDocument, entries: number): ReportDocument {
  const short = { ...document, notes: document.notes.slice(0, entries).map((note) => clip(note, TEXT)) };
  for (const name of GROUPS)
    short[name] = document[name].slice(0, entries).map((group) => cutRanges(group, entries));
  const text = (long: string) => clip(long, TEXT);
  short.spared = first(document.spared, entries, (one) => ({ ...one, says: text(one.says) }));
  short.failed = first(document.failed, entries, (one) => ({
    ...one,
    says: text(one.says),
    said: text(one.said),
  }));
  short.stranded = first(document.stranded, entries, (one) => ({ ...one, who: text(one.who) }));
  short.faults = first(document.faults, entries, (one) => ({ ...one, part: text(one.part), ...told(one) }));
  short.attention = first(document.attention, entries, (one) => ({
    says: text(one.says),
    next: text(one.next),
  }));
  short.unread = first(document.unread, entries, (one) => ({ name: text(one.name), why: text(one.why) }));
  short.readings = first(document.readings, entries, (one) => ({ ...one, part: text(one.part) }));
  const { stop, failure } = document;
  short.stop = stop === null ? null : { by: stop.by, says: text(stop.says), next: text(stop.next) };
  short.failure = failure === null ? null : told(failure);
  const cut = [...GROUPS, ...LISTS, 'notes' as const]
    .map((name) => [name, document[name].length - short[name].length] as const)
    .filter(([, left]) => left > 0)
    .map(([name, left]) => `${name}: ${grouped(left)} more`);
  const texts = `texts after ${TEXT} characters, lists after ${counted(entries, 'entry')}`;
  return { ...short, shortened: [...document.shortened, texts, ...cut] };
}

function cutRanges({ family, ranges }: Groups[number], entries: number): Groups[number] {
  const more = ranges.length - entries;
  return more > 0 ? { family, ranges: ranges.slice(0, entries), moreRanges: more } : { family, ranges };
}

function told({ doing, said, next }: NonNullable<ReportDocument['failure']>) {
  return { doing: clip(doing, TEXT), said: clip(said, TEXT), next: clip(next, TEXT) };
}

function first<T>(list: readonly T[], entries: number, shorter: (one: T) => T): T[] {
  return list.slice(0, entries).map(shorter);
}

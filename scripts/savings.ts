// Lists the revisions that only one source kept, one for each source and relation, for the demonstration. It reads only the
// JSON report.
import type { ReportDocument } from '../shared/report/json/report-schema.ts';

/** `data-export:2   rule export-nightly starts it`; one line a kind, sorted by kind. */
export function savings({ kept, held }: Pick<ReportDocument, 'kept' | 'held'>): string[] {
  const saved = new Map<string, [revision: string, text: string]>();
  for (const { family, spans } of kept)
    for (const { ranges, reasons } of spans) {
      const [only, ...more] = reasons;
      if (only === undefined || more.length > 0 || only.by === undefined) continue;
      if (only.rule === 'referenced')
        for (const kind of new Set(only.by.map(({ source = '', relation = '' }) => `${source} ${relation}`)))
          if (!saved.has(kind)) saved.set(kind, [`${family}:${ranges[0] ?? ''}`, only.text]);
    }
  for (const { family, spans } of kept)
    for (const { ranges, reasons } of spans)
      for (const rule of ['recently-used', 'protected'])
        if (reasons.length === 1 && reasons[0]?.rule === rule && !saved.has(rule))
          saved.set(rule, [`${family}:${ranges[0] ?? ''}`, reasons[0].text]);
  const [first] = held;
  if (first !== undefined)
    saved.set('unknown', [`${first.family}:${first.ranges[0] ?? ''}`, 'held: something computes what it starts']);
  const lines = [...saved.values()];
  const width = Math.max(0, ...lines.map(([revision]) => revision.length));
  return lines.map(([revision, text]) => `${revision.padEnd(width)}  ${text}`);
}

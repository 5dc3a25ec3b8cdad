// Paints sections for a terminal.
import type { Paint, Style } from '../text/paint.ts';
import type { Section } from '../text/screen.ts';

export const outcomeStyle = {
  FAILED: 'bad',
  HELD: 'bad',
  ACTION: 'action',
  PARTIAL: 'action',
  PREVIEW: 'good',
  OK: 'good',
} as const;

export function paintAll(lines: Section, style: Style, paint: Paint): Section {
  return lines.map((line) => paint(style, line));
}

/** The heading is the first line up to its colon. */
export function paintHeading([first, ...lines]: Section, style: Style, paint: Paint): Section {
  if (first === undefined) return [];
  const [heading = '', ...rest] = first.split(/(?=:)/u);
  return [paint(style, heading) + rest.join(''), ...lines];
}

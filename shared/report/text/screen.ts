// The screen that a text is printed on, and the joining of its parts.
import { createPaint, type Paint } from './paint.ts';

export interface Screen {
  /** Columns; below 40, 40 is used. */
  readonly width: number;
  readonly color: boolean;
}

/** The longest line of prose; tables use the whole screen. */
const PROSE = 100;

export function layOut({ width, color }: Screen): {
  readonly wide: number;
  readonly prose: number;
  readonly paint: Paint;
} {
  const wide = Math.max(40, width);
  return { wide, prose: Math.min(wide, PROSE), paint: createPaint(color) };
}

/** The lines of one part of a report. The first line is its heading, or begins with it. */
export type Section = readonly string[];

/** Separates the parts that are not empty by blank lines. */
export function joinSections(sections: readonly Section[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

// Colours by what they mean, in one place. Nothing is told by colour alone: without it every word still stands.
import { styleText } from 'node:util';

const styles = {
  goes: ['yellow'],
  waits: ['magenta'],
  stays: ['dim'],
  family: ['bold'],
  heading: ['bold'],
  quiet: ['dim'],
  good: ['bold', 'green'],
  look: ['bold', 'yellow'],
  bad: ['bold', 'red'],
} as const;

export type Style = keyof typeof styles;
export type Paint = (style: Style, text: string) => string;

/** Whether there may be colour is the caller's to say, so that NO_COLOR and pipes are judged in one place. */
export function createPaint(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (style, text) => (text === '' ? '' : styleText([...styles[style]], text, { validateStream: false }));
}

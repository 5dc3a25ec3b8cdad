// Colours text on a terminal. No output depends on colour alone.
import { styleText } from 'node:util';

const styles = {
  deregister: ['yellow'],
  wait: ['magenta'],
  keep: ['dim'],
  family: ['bold'],
  heading: ['bold'],
  quiet: ['dim'],
  good: ['bold', 'green'],
  action: ['bold', 'yellow'],
  bad: ['bold', 'red'],
} as const;

export type Style = keyof typeof styles;
export type Paint = (style: Style, text: string) => string;

export function createPaint(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (style, text) => (text === '' ? '' : styleText([...styles[style]], text, { validateStream: false }));
}

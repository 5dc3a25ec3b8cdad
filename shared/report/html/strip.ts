// Draws the revisions of a family as a strip, in the order of their registration. A cell is one revision; a family with more
// revisions than cells fills the strip, and each bin of it shows the mark that most of its revisions have. So a family of a
// million is as many elements as one of ten.
import { scaleLinear } from 'd3-scale';
import type { Piece } from './families.ts';
import { html, type Html } from './html.ts';
import { type Mark, markClasses, marks } from './marks.ts';

export const WIDTH = 320;
const HEIGHT = 14;
const CELL = 5;
export const MOST_CELLS = WIDTH / CELL;
const BIN = 2;

/** A run of cells or bins with one mark, in units of the strip. */
interface Block {
  readonly mark: Mark;
  readonly from: number;
  readonly upto: number;
}

/** It repeats the numbers beside it, so assistive technology skips it. */
export function drawStrip(pieces: readonly Piece[]): Html {
  const count = pieces.reduce((sum, { from, upto }) => sum + upto - from + 1, 0);
  const isCells = count <= MOST_CELLS;
  const blocks = isCells ? layOutCells(pieces) : layOutBins(pieces, count);
  const paths = marks.flatMap((mark) => {
    const own = blocks.filter((block) => block.mark === mark);
    return own.length === 0 ? [] : [html`<path class=${markClasses[mark]} d=${own.map(rectangle).join('')} />`];
  });
  return html`<svg class=${isCells ? 's c' : 's'} viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${paths}</svg>`;
}

function rectangle({ from, upto }: Block): string {
  return `M${from} 0H${upto}V${HEIGHT}H${from}z`;
}

function layOutCells(pieces: readonly Piece[]): Block[] {
  let at = 0;
  const blocks = pieces.map(({ from, upto, mark }): Block => {
    const start = at;
    at += (upto - from + 1) * CELL;
    return { mark, from: start, upto: at };
  });
  return joinBlocks(blocks);
}

export function layOutBins(pieces: readonly Piece[], count: number): Block[] {
  const bins = WIDTH / BIN;
  const toBin = scaleLinear([0, count], [0, bins]);
  const shares = Array.from({ length: bins }, () => new Map<Mark, number>());
  let seen = 0;
  for (const { from, upto, mark } of pieces) {
    const [begin, end] = [toBin(seen), toBin(seen + upto - from + 1)];
    seen += upto - from + 1;
    for (let bin = Math.floor(begin); bin < end; bin++) {
      const share = Math.min(end, bin + 1) - Math.max(begin, bin);
      const own = shares[bin];
      own?.set(mark, (own.get(mark) ?? 0) + share);
    }
  }
  return joinBlocks(
    shares.map((share, bin): Block => ({ mark: largest(share), from: bin * BIN, upto: (bin + 1) * BIN })),
  );
}

function largest(shares: ReadonlyMap<Mark, number>): Mark {
  let found: Mark = 'keep';
  for (const mark of marks) if ((shares.get(mark) ?? 0) > (shares.get(found) ?? 0)) found = mark;
  return found;
}

function joinBlocks(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last?.mark === block.mark) joined[joined.length - 1] = { ...last, upto: block.upto };
    else joined.push(block);
  }
  return joined;
}

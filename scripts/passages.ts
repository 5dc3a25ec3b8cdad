// Makes the generated passages of the documents: tables from what the code declares, and real output of the product. A
// passage stands between `<!-- generated: NAME WORDS -->` and `<!-- end -->`.
import { answers, runs } from './passages/answers.ts';
import { interfaces } from './passages/interfaces.ts';
import { limits } from './passages/limits.ts';
import { operating } from './passages/operating.ts';
import type { Maker, Makers } from './passages/passage.ts';
import { filesOf, textOf } from './passages/repository.ts';
import { tables } from './passages/tables.ts';

const cheap: Makers = { ...answers, ...tables, ...interfaces, ...operating, ...limits };
const marker = /(<!-- generated: (.*?) -->\n)([^]*?)(<!-- end -->)/g;

/** Every kind of passage that there is. */
export const passageNames = Object.keys({ ...cheap, ...runs });

/** The documents that hold a generated passage. */
export function documentsWithPassages(): string[] {
  return filesOf('**/*.md').filter((file) => textOf(file).match(marker) !== null);
}

/** The document with every passage made anew.
 *  @param options.runsProduct whether to make those as well that run the product against the sandbox */
export async function withPassages(
  text: string,
  { document, runsProduct = true }: { readonly document: string; readonly runsProduct?: boolean },
): Promise<string> {
  const pieces: string[] = [];
  let at = 0;
  for (const found of text.matchAll(marker)) {
    const [, begin = '', made = '', , end = ''] = found;
    const [name = '', ...words] = made.split(' ');
    const make = makerOf(name);
    if (make === runs[name] && !runsProduct) continue;
    const before = text.slice(0, found.index);
    pieces.push(text.slice(at, found.index), begin, '\n', await make({ words, before, document }), '\n', end);
    at = found.index + found[0].length;
  }
  return [...pieces, text.slice(at)].join('');
}

function makerOf(name: string): Maker {
  const make = cheap[name] ?? runs[name];
  if (make === undefined) throw new Error(`Nothing makes a passage called ${name}`);
  return make;
}

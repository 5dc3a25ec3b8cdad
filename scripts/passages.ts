// Makes the generated passages of the documents: tables from what the code declares, and real output of the product. A
// passage stands between `<!-- generated: NAME WORDS -->` and `<!-- end -->`.
import { answers } from './passages/answers.ts';
import { hub } from './passages/hub.ts';
import { interfaces } from './passages/interfaces.ts';
import { limits } from './passages/limits.ts';
import { operating } from './passages/operating.ts';
import type { Makers } from './passages/passage.ts';
import { filesOf, textOf } from './passages/repository.ts';
import { tables } from './passages/tables.ts';

/** Passages that run the product, which passages/runs.ts makes. */
const runNames = ['explain', 'plan', 'plan-picture'] as const;
export type RunName = (typeof runNames)[number];

const makers: Makers = { ...answers, ...tables, ...interfaces, ...operating, ...limits, ...hub };
const marker = /(<!-- generated: (.*?) -->\n)([^]*?)(<!-- end -->)/g;

/** Every kind of passage that there is. */
export const passageNames: readonly string[] = [...Object.keys(makers), ...runNames];

export function documentsWithPassages(): string[] {
  return filesOf('**/*.md').filter((file) => textOf(file).match(marker) !== null);
}

/** The document with its passages made anew.
 *  @param options.runs without these makers, the passages that run the product stay as they are */
export async function withPassages(
  text: string,
  { document, runs = {} }: { readonly document: string; readonly runs?: Makers },
): Promise<string> {
  const pieces: string[] = [];
  let at = 0;
  for (const found of text.matchAll(marker)) {
    const [, begin = '', made = '', , end = ''] = found;
    const [name = '', ...words] = made.split(' ');
    if (!passageNames.includes(name)) throw new Error(`Nothing makes a passage called ${name}`);
    const make = makers[name] ?? runs[name];
    if (make === undefined) continue;
    const before = text.slice(0, found.index);
    pieces.push(text.slice(at, found.index), begin, '\n', await make({ words, before, document }), '\n', end);
    at = found.index + found[0].length;
  }
  return [...pieces, text.slice(at)].join('');
}

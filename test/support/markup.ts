// Reads a page as text and as elements, for the laws of pages.
import { expect } from 'vitest';

/** The text of a page as a reader sees it. */
export function textOf(page: string): string {
  return page
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}

/** The elements that a page may have. */
export const knownTags: ReadonlySet<string> = new Set(
  (
    'a b bdi body br button caption circle code dd defs details div dl dt figcaption figure form h1 h2 h3 head header html ' +
    'input label li main meta nav ol option output p path pattern pre script section select small span style summary svg ' +
    'table tbody td text th thead time title tr ul'
  ).split(' '),
);

const TAG = /<([a-z][a-z0-9]*)((?: [A-Za-z-]+(?:="[^"]*")?)*) ?\/?>/g;

/** Without what the style and the script contain. */
function markupOf(page: string): string {
  return page.replaceAll(/<(style|script)>.*?<\/\1>/gs, '<$1></$1>').replace('<!doctype html>', '');
}

export function tagsOf(page: string): string[] {
  const markup = markupOf(page);
  const tags = [...markup.matchAll(TAG)].map(([, name = '']) => name);
  // Every other `<` ends an element.
  expect(markup.replaceAll(TAG, '').replaceAll(/<\/[a-z][a-z0-9]*>/g, '')).not.toContain('<');
  return [...new Set(tags)];
}

export function attributesOf(page: string): string[] {
  const names = [...markupOf(page).matchAll(TAG)].flatMap(([, , attributes = '']) =>
    [...attributes.matchAll(/ ([A-Za-z-]+)(?:="[^"]*")?/g)].map(([, name = '']) => name.toLowerCase()),
  );
  return [...new Set(names)];
}

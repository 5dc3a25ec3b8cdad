// Puts the parts of a page into one HTML document that needs nothing else: no request leaves it, and its policy allows only
// this style and this script, by their hashes.
import { createHash } from 'node:crypto';
import { once } from '../../domain/once.ts';
import { enhance } from './client.ts';
import { html, type Html, printHtml } from './html.ts';
import { printPatterns } from './patterns.ts';
import { style } from './style.ts';

const script = once(() => `(${enhance.toString()})()`);

/** Constant, and the same for every page of one version: only the title and the content are of a run.
 *  https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy */
const policy = once(() =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script())}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
);

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

export function printDocument(title: string, content: Html): string {
  return [
    '<!doctype html>',
    '<html lang="en" dir="ltr">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy()}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="robots" content="noindex">',
    printHtml(html`<title>${title}</title>`),
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    printHtml(
      html`${printPatterns()}
        <main>${content}</main>`,
    ),
    `<script>${script()}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

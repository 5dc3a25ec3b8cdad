// The template tag of the page and its output as text. Every value between tags becomes a text node or an attribute, and
// preact-render-to-string escapes both, so no name can become markup.
import { html } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';

export { html };
export type Html = ComponentChildren;

export function printHtml(content: Html): string {
  // A fragment, since a page has several parts.
  const fragment: VNode = html`<${Fragment}>${content}<//>`;
  return render(fragment);
}

function Fragment({ children }: { readonly children?: Html }): Html {
  return children;
}

/** A name or text that others chose, apart from the direction of the text around it. ASCII has the direction of the page. */
export function isolate(text: string): Html {
  return /^[ -~]*$/.test(text) ? text : html`<bdi>${text}</bdi>`;
}

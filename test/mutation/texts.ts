// Excludes texts from mutation: a literal with a space is for readers and does not affect a decision.

/** Values with a space that code compares. */
const decisions: ReadonlySet<string> = new Set(['as decided', 'rolls back to']);

type Literal =
  | { readonly type: 'StringLiteral'; readonly value: string }
  | {
      readonly type: 'TemplateLiteral';
      readonly quasis: readonly { readonly value: { readonly raw: string } }[];
    }
  | { readonly type: 'Identifier' };

/** https://stryker-mutator.io/docs/stryker-js/disable-mutants/#using-an-ignore-plugin */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'texts',
    value: {
      shouldIgnore: ({ node }: { readonly node: Literal }) =>
        isText(textOf(node)) ? 'a text that people read' : undefined,
    },
  },
];

function isText(text: string): boolean {
  return /\s/.test(text) && !decisions.has(text);
}

function textOf(node: Literal): string {
  if (node.type === 'StringLiteral') return node.value;
  return node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.raw).join('') : '';
}

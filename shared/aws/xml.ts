// Parses an answer of the Query protocol, which is XML, into the shape that its JSON would have: elements by name,
// repeated names as a list. It is only searched for mentions; the SDK parses the answer itself.

type Element = Record<string, unknown>;

interface Open {
  readonly name: string;
  readonly members: Element;
  text: string;
}

/** A tag, and the text up to the next one. AWS's answers have no comments and no CDATA. */
const TAG = /<(\/?)([\w:.-]+)(?![\w:.-])[^<>]*?(\/?)>([^<]*)/g;

export function elementsOf(xml: string): Element {
  const root: Element = {};
  const open: Open[] = [];
  for (const [, slash, name = '', empty, text = ''] of xml.matchAll(TAG)) {
    if (slash === '' && empty === '') open.push({ name, members: {}, text });
    const done = slash === '' ? undefined : open.pop();
    if (done !== undefined) put(open.at(-1)?.members ?? root, done.name, valueOf(done));
  }
  return root;
}

function valueOf({ members, text }: Open): unknown {
  return Object.keys(members).length === 0 ? decoded(text) : members;
}

function put(members: Element, name: string, value: unknown): void {
  const known = members[name];
  if (Array.isArray(known)) known.push(value);
  else members[name] = known === undefined ? value : [known, value];
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['gt', '>'],
  ['lt', '<'],
  ['quot', '"'],
]);

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (all, decimal, hex, name: string) => {
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return NAMED.get(name) ?? (code <= 0x10ffff ? String.fromCodePoint(code) : all);
  });
}

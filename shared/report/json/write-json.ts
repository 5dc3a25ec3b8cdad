// Writes a document as JSON in chunks. Its lists may be lazy: a held account of a million revisions has a million names in
// its document, and neither they nor the text are ever in memory together.

/** A document whose lists are made while they are written, and may be iterated again. */
export type Lazy<Value> = Value extends readonly (infer Item)[]
  ? Iterable<Lazy<Item>>
  : Value extends object
    ? { readonly [Name in keyof Value]: Lazy<Value[Name]> }
    : Value;

export function lazily<Item, Result>(items: Iterable<Item>, convert: (item: Item) => Result): Iterable<Result> {
  return { [Symbol.iterator]: () => Iterator.from(items).map(convert) };
}

/** Characters. Few writes, and little memory. */
const CHUNK = 65_536;

/** Writes the text that JSON.stringify would return for the document with arrays in place of lazy lists. */
export function writeJson(document: object, write: (chunk: string) => void): void {
  let chunk = '';
  const add = (text: string) => {
    chunk += text;
    if (chunk.length < CHUNK) return;
    write(chunk);
    chunk = '';
  };
  addValue(document, add);
  if (chunk !== '') write(chunk);
}

function addValue(value: unknown, add: (text: string) => void): void {
  if (typeof value !== 'object' || value === null) return add(JSON.stringify(value));
  const isList = isIterable(value);
  let separator = '';
  add(isList ? '[' : '{');
  if (isList)
    for (const item of value) {
      add(separator);
      addValue(item, add);
      separator = ',';
    }
  else
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      add(`${separator}${JSON.stringify(name)}:`);
      addValue(member, add);
      separator = ',';
    }
  add(isList ? ']' : '}');
}

/** The same document with arrays. */
export function collect<Document extends object>(document: Lazy<Document>): Document;
export function collect(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isIterable(value)) return Array.from(value, (item) => collectValue(item));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, collectValue(member)]));
}

function collectValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? collect(value) : value;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** In UTF-8. */
export function sizeOfJson(document: object): number {
  let bytes = 0;
  writeJson(document, (chunk) => {
    bytes += Buffer.byteLength(chunk);
  });
  return bytes;
}

// Parses the subset of YAML that settings need: keys, lists and plain values, each with its line. Other features are
// refused: they can change the meaning of a value (tags, merged keys, duplicate keys), or make a short file enormous
// (aliases).
import { isAlias, isScalar, isSeq, LineCounter, parseDocument, type ParsedNode } from 'yaml';
import { written, type Path } from './problems.ts';

/** In YAML an unquoted * begins an alias, and globs begin with * as well. */
const instead = 'put a glob that begins with * in quotes, and write any other value out';

/** Settings are four levels deep. The bound keeps the recursion within the stack. */
const maxDepth = 10;

export function readYaml(text: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number) => lines.linePos(offset).line;
  const faults: { line: number; path: string; message: string }[] = [];
  const lineByPath = new Map<string, number>([['[]', 1]]);

  // One broken bracket causes many errors. The first shows where it began.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const message =
      error.code === 'MULTIPLE_DOCS'
        ? 'a second document begins here; settings are one'
        : `is no valid YAML here (${error.message})`;
    return { value: undefined, lineOf: () => 1, faults: [{ line: at(error.pos[0]), path: '', message }] };
  }

  function refuse(offset: number, path: Path, message: string): undefined {
    faults.push({ line: at(offset), path: written(path), message });
  }

  function valueOf(node: ParsedNode | null, path: Path): unknown {
    if (node === null) return null;
    if (path.length > maxDepth) return refuse(node.range[0], path.slice(0, 3), 'is nested too deep');
    if (isAlias(node)) return refuse(node.range[0], path, `is an alias; ${instead}`);
    if (node.tag !== undefined) return refuse(node.range[0], path, `has a tag (${node.tag}); leave it out`);
    if (isScalar(node)) return node.value;
    if (isSeq(node))
      return node.items.map((item, index) => {
        lineByPath.set(JSON.stringify([...path, index]), at(item.range[0]));
        return valueOf(item, [...path, index]);
      });
    const entries = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        refuse(key.range[0], path, 'has a key that is no word');
        continue;
      }
      const below = [...path, key.value];
      if (entries.has(key.value)) refuse(key.range[0], below, 'stands here a second time');
      lineByPath.set(JSON.stringify(below), at(key.range[0]));
      entries.set(key.value, valueOf(value, below));
    }
    return Object.fromEntries(entries);
  }

  const value = valueOf(document.contents, []);
  return { value: value === null ? {} : value, lineOf, faults }; // nothing but comments: all defaults

  /** The line of a key or an entry, or of the nearest one around it. */
  function lineOf(path: Path): number {
    return lineByPath.get(JSON.stringify(path)) ?? lineOf(path.slice(0, -1));
  }
}

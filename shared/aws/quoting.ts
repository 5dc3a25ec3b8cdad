// What an error may say of a definition: nothing that is in it. AWS's own words go into reports, mails and logs, and an answer
// that is no JSON is quoted by the very error that says so. Environment values and secrets are in the journal and nowhere
// else.

const HIDDEN = '(...)';

/** Calls that name a revision and answer with its definition: whatever their errors quote is not ours to repeat. */
const ANSWER_WITH_DEFINITIONS: ReadonlySet<string> = new Set([
  'DescribeTaskDefinition',
  'DeregisterTaskDefinition',
  'DeleteTaskDefinitions',
]);

/** Quotations to their last end, as what is quoted may hold quotes itself; JSON; and what somebody sets to a value. */
const QUOTED = /"[^]*"|'[^]*'|`[^]*`|\{[^]*\}|(?<==\s*)\S[^]*|(?<=\bvalue:?\s+)\S[^]*/giu;

/** Changes the error itself, and its stack, so that it may be told, logged and thrown on.
 *  @param operation of the call that failed */
export function hideQuoted(error: unknown, operation: string): void {
  if (!(error instanceof Error) || !ANSWER_WITH_DEFINITIONS.has(operation)) return;
  say(error, error.message.replaceAll(QUOTED, HIDDEN));
}

/** @param definition whatever was asked for, or is to be written, with its tags */
export function withoutTextsOf(text: string, definition: unknown): string {
  const texts = new Set(textsIn(definition, false).flatMap(partsOf));
  // The longest first, so that of one which holds another nothing is left.
  return [...texts]
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, one) => rest.replaceAll(one, HIDDEN).replaceAll(escaped(one), HIDDEN), text);
}

/** `true`, `80` and `prod` are in many a sentence, and tell nothing. */
const SHORTEST = 6;
/** A word of a text tells less than all of it. */
const SHORTEST_WORD = 8;

/** What says what a thing is, or which one: an error that does not name it helps nobody. */
const PLAIN = new Set(
  'name family taskDefinitionArn status type networkMode key containerName sourceVolume logDriver registeredBy'.split(
    ' ',
  ),
);

function textsIn(value: unknown, isPlain: boolean): string[] {
  if (typeof value === 'string') return isPlain ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  const items: [string, unknown][] = Object.entries(value);
  return items.flatMap(([name, inner]) => textsIn(inner, PLAIN.has(name)));
}

/** All of it, and the words in it, as a message may quote a part: of an ARN those behind account and Region. */
function partsOf(text: string): string[] {
  const own = text.replace(/^arn:(?:[^:]*:){4}/, '');
  const words = own.split(/[^\w-]+/).filter((word) => word.length >= SHORTEST_WORD);
  return text.length >= SHORTEST ? [text, ...words] : words;
}

/** As it stands in JSON. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function say(error: Error, message: string): void {
  const { stack } = error;
  if (stack !== undefined) error.stack = stack.replaceAll(error.message, message);
  error.message = message;
}

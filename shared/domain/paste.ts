// Formats names for commands and settings that an operator pastes: each name stays one argument, or one entry of a list.

/** ` --rule nightly`, or ` --rule=-nightly` for a value that looks like an option. */
export function option(name: string, value: string): string {
  return value.startsWith('-') ? ` ${name}=${value}` : ` ${name} ${value}`;
}

/** `without: [ARN]`, the settings line that excludes one member of a source. */
export function leaveOut(arn: string): string {
  return `without: [${yamlText(arn)}]`;
}

/** These need no quotes in a YAML list. */
const PLAIN = /^arn(?:[\w./+@=-]|:(?=[\w./+@=-]))*$/;

/** Quotes a text that YAML would misread. Escapes characters that a report or mail changes: invisible ones, the backquotes
 *  around a command, and the second of two blanks. */
function yamlText(text: string): string {
  if (PLAIN.test(text)) return text;
  return JSON.stringify(text).replaceAll(/[^!-_a-~ ]|(?<= ) /g, (character) => escaped(character));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

// What reports print to be pasted: each name is one argument of a command, or one entry of a list in the settings, whatever it
// is called.

/** ` --rule nightly`; ` --rule=-nightly`, as a value that begins with a dash would be taken for an option. */
export function option(name: string, value: string): string {
  return value.startsWith('-') ? ` ${name}=${value}` : ` ${name} ${value}`;
}

/** `without: [ARN]`, the settings line that leaves out one member of a source. */
export function leaveOut(arn: string): string {
  return `without: [${yamlText(arn)}]`;
}

/** Most ARNs mean themselves in a list of YAML. */
const PLAIN = /^arn(?:[\w./+@=-]|:(?=[\w./+@=-]))*$/;

/** In double quotes where YAML would read something else, with everything escaped that a report or a mail changes: what cannot
 *  be seen, the backquotes that a report puts around it, and the second of two blanks. */
function yamlText(text: string): string {
  if (PLAIN.test(text)) return text;
  return JSON.stringify(text).replaceAll(/[^!-_a-~ ]|(?<= ) /g, (character) => escaped(character));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

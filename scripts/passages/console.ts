// The form of a passage that shows a command and what it prints.

export const screen = { width: 80, color: false };

export function answer(command: string, printed: string): string {
  return ['```console', `$ ${command}`, printed.trimEnd(), '```', ''].join('\n');
}

/** An answer belongs to the settings that stand before it. */
export function settingsAbove(document: string): string {
  const [, text] = [...document.matchAll(/```yaml\n([^]*?)```/g)].at(-1) ?? [];
  if (text === undefined) throw new Error('An answer to settings stands before any settings');
  return text;
}

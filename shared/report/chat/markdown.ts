// Writes foreign texts so that a chat shows them as they are. Slack and Microsoft Teams have different dialects of Markdown, and
// no escape that both know, so a character that could begin a format becomes one that looks alike.

/** Slack decodes these three, and so does Markdown. They also end links and mentions, as `<!channel>`.
 *  https://docs.slack.dev/messaging/formatting-message-text/#escaping */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ', '\\': '∖' };

export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/[*~`\\]/gu, (character) => LOOKALIKES[character] ?? character)
      // Inside a word neither dialect takes it for a format, and names have many.
      .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (marks) => '＿'.repeat(marks.length))
      // The link of Teams: [text](address).
      .replaceAll('](', '] (')
      // A picture of Slack, such as :boom:, but no colon of an ARN.
      .replace(/(?<![\w:]):(?=[\w+-]+:)/gu, '∶')
      .replace(/(?<!\w)@(?=(?:channel|here|everyone)\b)/gu, '＠')
      .replace(/[&<>]/gu, (character) => ENTITIES[character] ?? character)
  );
}

/** A command, which must be copied as it is: inside a code span only its end and Slack's entities have a meaning. */
export function codeSpan(text: string): string {
  const safe = text.replaceAll('`', 'ˋ').replace(/[&<>]/gu, (character) => ENTITIES[character] ?? character);
  return `\`${safe}\``;
}

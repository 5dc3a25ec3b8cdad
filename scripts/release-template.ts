// Makes a template of a release: one of infra/ without its comments, so that it fits into a request.
import { CST, Lexer } from 'yaml';

/** What TemplateBody takes, and so Terraform and StackSets. A template in a bucket may be larger.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const maxTemplateBytes = 51_200;

/** @param file where the source is, in this repository
 *  @throws for a template that does not fit */
export function releaseTemplate(source: string, version: string, file: string): string {
  const [, description = ''] = /^Description: (.*)$/m.exec(source) ?? [];
  const head = [
    `# ecs-revision-pruner ${version}: ${description}.`,
    `# The same template with comments is ${file} of that version.`,
  ];
  const text = `${head.join('\n')}\n${withoutComments(source)}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxTemplateBytes)
    throw new Error(`The template of the release has ${bytes} bytes, and CloudFormation takes ${maxTemplateBytes}.`);
  return text;
}

/** The lexer knows a comment from a `#` in a text. */
function withoutComments(source: string): string {
  const kept = [...new Lexer().lex(source)].filter(
    (token) => CST.tokenType(token) !== 'comment' && !controls.has(token),
  );
  return kept
    .join('')
    .replaceAll(/ +$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trimStart();
}

/** Tokens of the lexer that are no text of the file. */
const controls = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

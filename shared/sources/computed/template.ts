// Finds the known parts of a template: of the input transformers of EventBridge, Scheduler and Pipes, and of
// CloudFormation and Terraform.
import { joinParts } from '../../domain/pattern.ts';
import { hole, type Parts } from './reference.ts';

/** `{% … %}` up to its last end, `{}`, `<name>` and `<aws.scheduler.execution-id>`, `<$.body.name>`, `${Name}`. */
const PLACEHOLDER = /^(?:\{%.*%\}|\{\}|<[\w.$-]+>|\$\{[\w.:-]+\})/s;
const OPENS = /\{%|\{\}|<|\$\{/;

/** An unknown placeholder is a hole to the end of the text. */
export function partsOfTemplate(text: string): Parts {
  const parts: Parts[] = [];
  let rest = text;
  for (;;) {
    const at = rest.search(OPENS);
    if (at === -1) return joinParts(...parts, [rest]);
    parts.push([rest.slice(0, at)], hole);
    const [placeholder] = PLACEHOLDER.exec(rest.slice(at)) ?? [];
    if (placeholder === undefined) return joinParts(...parts);
    rest = rest.slice(at + placeholder.length);
  }
}

// Describes a revision, both as the SDK parses the answer and as AWS sent it.
import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { isObject } from '../domain/objects.ts';
import { parseReferenceTarget, type Revision, type Target } from '../domain/revision.ts';

/** A task definition before the SDK dropped the members that it does not know. */
export type RawDefinition = Readonly<Record<string, unknown>>;

/** AWS returns tags only on request:
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
 *  @throws what the SDK throws */
export async function describe(
  ecs: ECSClient,
  name: string,
): Promise<{ output: DescribeTaskDefinitionCommandOutput; raw: RawDefinition | undefined }> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] });
  let raw: RawDefinition | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      raw = taskDefinitionIn(result.response);
      return result;
    },
    { step: 'deserialize', priority: 'high' },
  );
  const output = await ecs.send(command);
  return { output, raw };
}

export function taskDefinitionIn(response: unknown): RawDefinition | undefined {
  if (!isObject(response) || !(response['body'] instanceof Uint8Array)) return undefined;
  const answer: unknown = JSON.parse(new TextDecoder().decode(response['body']));
  const raw = isObject(answer) ? answer['taskDefinition'] : undefined;
  return isObject(raw) ? raw : undefined;
}

/** The status in words that follow on "it reads". An answer about another revision is never taken for its status. */
export function statusIn(
  answer: DescribeTaskDefinitionCommandOutput['taskDefinition'],
  revision: Revision,
  target: Target,
): string {
  if (answer !== undefined && !isArnOf(answer.taskDefinitionArn, revision, target))
    return `as ${answer.taskDefinitionArn ?? 'something without ARN'}`;
  return answer?.status ?? 'no status';
}

export function isArnOf(arn: string | undefined, { family, number }: Revision, target: Target): boolean {
  const parsed = parseReferenceTarget(arn ?? '', target);
  return parsed.kind === 'revision' && parsed.family === family && parsed.number === number;
}

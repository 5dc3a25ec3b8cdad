// The keys that a user's JSON keeps: those of the languages that the sources read. Any other key is the user's own
// word, and may be as secret as a value.
import { isReferenceKey } from '../sources/common/references-in-json.ts';
import { words } from '../domain/objects.ts';

/** An ARN of a task definition stays wherever it is, also in a container's environment: references are the purpose
 *  of a snapshot. */
export const TASK_DEFINITION_ARN = /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/[\w:-]+$/;

const GRAMMAR = words(
  `StartAt States Type Resource Next End Default Choices Catch Retry Branches ItemProcessor Iterator ProcessorConfig Mode
   Parameters Arguments Input Output InputPath OutputPath ResultPath ResultSelector Result Assign Items ItemSelector
   QueryLanguage Comment Version Seconds SecondsPath Timestamp TimeoutSeconds HeartbeatSeconds MaxConcurrency Payload
   Cluster Family LaunchType NetworkConfiguration Overrides ContainerOverrides Command Environment Name Value Tags Key
   cluster family launchType networkConfiguration overrides containerOverrides command environment name value tags key
   capacityProviderStrategy CapacityProviderStrategy count Count group Group startedBy StartedBy service Service
   desiredCount DesiredCount tasks containers image
   version Resources TargetService Properties LoadBalancerInfo ContainerName ContainerPort Hooks
   Target EcsParameters omitted`,
);

/** Named `redacted`, `redacted2`, …: each once in its object. */
export function redactedKeys(names: readonly string[], isOwn: (name: string) => boolean = isGrammar): string[] {
  let more = 0;
  return names.map((name) => {
    if (isOwn(name)) return name;
    more++;
    return more === 1 ? 'redacted' : `redacted${more}`;
  });
}

export function isGrammar(name: string): boolean {
  const plain = name.replace(/\.\$$/, '');
  return GRAMMAR.has(plain) || isReferenceKey(name) || TASK_DEFINITION_ARN.test(name);
}

/** An ARN of a task definition stays wherever it is, also in a container's environment: references are the purpose
 *  of a snapshot. */
export const TASK_DEFINITION_ARN = /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/[\w:-]+$/;

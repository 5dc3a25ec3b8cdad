/** A task definition's ARN stays wherever it stands: it is what everything here is about, also as the value of a container's
 *  environment that a task hands on. */
export const TASK_DEFINITION_ARN = /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/[\w:-]+$/;

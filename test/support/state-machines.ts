// The smallest state machine definitions that AWS accepts, with the tested part in the middle.
import { revisionArn } from './account.ts';

export const runTask = 'arn:aws:states:::ecs:runTask.sync';

/** One state, called Run, which starts this revision. */
export function running(name: string): object {
  return machine({ Resource: runTask, Parameters: { Cluster: 'prod', TaskDefinition: revisionArn(name) } });
}

/** One state, called Run. */
export function machine(run: object, more: object = {}): object {
  return { StartAt: 'Run', States: { Run: { Type: 'Task', End: true, ...run } }, ...more };
}

/** A version, and an execution from before the last change. Reading them needs every call. */
export function aPast(definition: object) {
  const before = { definition: JSON.stringify(definition), updateDate: '2026-10-01T00:00:00Z' };
  return {
    revisionId: 'r2',
    versions: [before],
    executions: [{ ...before, name: 'long', startDate: '2026-10-02T00:00:00Z' }],
  };
}

/** Task definitions of account files. One entry can describe many revisions that differ only in number and age. */
import { Task$, TaskDefinition$, type Tag, type TaskDefinition } from '@aws-sdk/client-ecs';
import { DAY_MS } from '../clock.ts';
import { required, text, withMembers, type FileList } from '../file-list.ts';
import { structureOf } from '../shapes.ts';
import { withContainerDefaults } from './registration-input.ts';

type TaskDefinitionEntry = TaskDefinition & {
  readonly tags?: readonly Tag[];
  /** The numbers of the revisions: `1-6,8,10-140`. */
  readonly revisions?: string;
  /** `registeredAt` is the time of the last revision; each earlier one is this many days older than the next. */
  readonly registeredEveryDays?: number;
};

const tags = structureOf(Task$).members.get('tags')?.shape;
if (tags === undefined) throw new TypeError('Task has no tags');

export const taskDefinitionList: FileList<TaskDefinitionEntry> = {
  shape: withMembers(structureOf(TaskDefinition$), {
    tags,
    revisions: text,
    registeredEveryDays: { kind: 'number' },
  }),
  add({ tags, revisions, registeredEveryDays = 0, family, ...rest }, account) {
    const name = required(family, 'family');
    const numbers =
      revisions === undefined ? [required(rest.revision, 'revision or revisions')] : parseRanges(revisions);
    // AWS fills in these defaults at registration; a handwritten file may omit them.
    const containerDefinitions = rest.containerDefinitions?.map((one) => withContainerDefaults(one, rest.networkMode));
    for (const [index, revision] of numbers.entries()) {
      const taskDefinitionArn = account.arns.taskDefinition(name, revision);
      const olderMs = (numbers.length - 1 - index) * registeredEveryDays * DAY_MS;
      if (revisions === undefined && (rest.taskDefinitionArn ?? taskDefinitionArn) !== taskDefinitionArn)
        throw new TypeError(`taskDefinitionArn is not ${taskDefinitionArn}`);
      account.revisions.add({
        ...rest,
        ...(containerDefinitions === undefined ? {} : { containerDefinitions }),
        ...(rest.registeredAt === undefined ? {} : { registeredAt: new Date(rest.registeredAt.getTime() - olderMs) }),
        taskDefinitionArn,
        family: name,
        revision,
        status: rest.status ?? 'ACTIVE',
      });
      account.tags.add(taskDefinitionArn, tags);
    }
  },
};

/** Parses `1-6,8,10-140`. */
function parseRanges(ranges: string): number[] {
  return ranges.split(',').flatMap((range) => {
    const [, first, last] = /^\s*([1-9]\d*)(?:-([1-9]\d*))?\s*$/.exec(range) ?? [];
    if (first === undefined || Number(last ?? first) < Number(first))
      throw new TypeError(`revisions: ${JSON.stringify(range)} is not a number or a range`);
    return Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

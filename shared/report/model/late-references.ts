// Action items for late references: a revision is in use again after this run deregistered it. Nothing makes it ACTIVE
// again; its definition can only be registered under a new number.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
import { option } from '../../domain/paste.ts';
import type { Reference } from '../../domain/evidence.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { targetName } from '../../domain/dangling.ts';
import { type CommandScope, printCommand, regionOption } from '../text/commands.ts';
import { formatCount } from '../text/wording.ts';
import type { ActionItem } from './action-item.ts';
import { describeConsequence } from './consequence.ts';

interface LateOptions {
  /** Milliseconds since the epoch; absent where the run has no plan. */
  readonly asOf: number | undefined;
  readonly scope: CommandScope;
}

/** One item for each referrer. The tasks of a revision share one, or belong to the item of its service: repairing the
 *  service replaces them. */
export function lateReferenceItems(late: readonly Reference[], options: LateOptions): ActionItem[] {
  return [...Map.groupBy(late, targetName).values()].flatMap((all) => {
    const [tasks, others] = [all.filter(isTask), all.filter((one) => !isTask(one))];
    const service = others.find(({ source }) => source === 'services');
    const [task] = tasks;
    return [
      ...others.map((one) => toItem(one, one === service ? tasks.length : 0, options)),
      ...(task === undefined || service !== undefined ? [] : [toItem(task, tasks.length - 1, options)]),
    ];
  });
}

function isTask({ source }: Reference): boolean {
  return source === 'tasks';
}

/** @param tasks the number of further tasks that run the revision */
function toItem(reference: Reference, tasks: number, { asOf, scope }: LateOptions): ActionItem {
  const { referrer, relation, target } = reference;
  const name = targetName(reference);
  const ofTask = isTask(reference);
  const others = formatCount(tasks, ofTask ? 'other task' : 'task');
  const more = tasks === 0 ? '' : `, and ${others} ${tasks === 1 ? 'runs' : 'run'} it`;
  const first = ofTask ? 'Start the next task from another revision. Or register' : 'Register';
  const updated = ofTask ? 'its referrers' : shortName(referrer);
  return {
    problem: `This run deregistered ${name}, but ${shortName(referrer)} ${relation} it${more}: ${describeConsequence(reference, asOf)}`,
    // Every run that deregisters keeps a journal; a report that a test builds may have none.
    remedy:
      target.kind === 'revision' && scope.where !== undefined
        ? `${first} it again from the journal, which also prints the command that updates ${updated}: \`${printCommand(`restore ${name}`, scope)}\``
        : `${first} the same definition again, and update ${updated}: \`aws ecs describe-task-definition${option('--task-definition', name)} --include TAGS${regionOption(scope)}\``,
  };
}

// What is stranded, told to a person: who names what, what will fail and when, and the command that repairs it. A command
// is to be pasted into a shell on the operator's machine; it names a newer revision, since nothing makes the old one
// ACTIVE again. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
import type { ActionItem } from './attention.ts';
import { option } from '../domain/paste.ts';
import type { Reference } from '../domain/evidence.ts';
import { type DanglingReference, targetName } from '../domain/dangling.ts';
import { shortName } from '../plan/rules/referenced.ts';
import { inRegion, pruner, type Spot } from './commands.ts';
import { nextTime } from './next-time.ts';
import { moment } from './wording.ts';

export interface StrandedOptions {
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  readonly spot: Spot;
  /** What can be registered again from the journal, as `web:7`. */
  readonly journaled?: readonly string[] | undefined;
}

export function strandedAttention(
  { reference, status, newest }: DanglingReference,
  { asOf, spot, journaled }: StrandedOptions,
): ActionItem {
  const what = targetName(reference);
  const is = status === 'missing' ? 'does not exist any more' : `is ${status}`;
  const says = `${shortName(reference.referrer)} ${reference.relation} ${what}, which ${is}: ${consequenceOf(reference, asOf)}`;
  const isOurs = journaled?.includes(what) === true;
  return { problem: says, remedy: repair(reference, { what, newest, isOurs, spot }) };
}

/** What becomes of a reference to an INACTIVE revision: a clause without a capital.
 *  @param asOf milliseconds since the epoch; without it no time is told */
export function consequenceOf(reference: Reference, asOf: number | undefined): string {
  if (reference.paused !== undefined)
    return `it fails once it is switched on again (now ${reference.paused})`;
  switch (reference.relation) {
    case 'starts': {
      const { schedule } = reference;
      const at = schedule === undefined || asOf === undefined ? undefined : nextTime(schedule, asOf);
      return at === undefined ? 'whatever it starts fails' : `it fails at its next time, ${moment(at)}`;
    }
    case 'rolls back to':
      return 'a rollback to it fails';
    case 'holds':
      return "the stack's next update that touches it, or a rollback, fails";
    case 'deploys':
      return 'it keeps running and scales, but a new deployment that does not name another revision fails';
    case 'runs':
      return 'the task ends by itself, but whatever started it cannot start it again';
    case 'ran':
      return 'the task has ended, and whatever started it cannot start it again';
    case 'mentions':
      return 'nothing can be started with it';
  }
}

function repair(
  reference: Reference,
  { what, newest, isOurs, spot }: { what: string; newest: number | undefined; isOurs: boolean; spot: Spot },
): string {
  const { family } = reference.target;
  const region = inRegion(spot);
  const restore = pruner(`restore ${what}`, spot);
  if (newest === undefined)
    return isOurs
      ? `Register it again from the journal; that says its new number, and the command that lets this name it: \`${restore}\``
      : `Register its definition anew: \`aws ecs describe-task-definition${option('--task-definition', what)} --include TAGS${region}\``;
  const to = `${family}:${newest}`;
  // Restoring makes the old content the newest of its family, so it comes second.
  const instead = isOurs ? `If it needs ${what} itself, \`restore ${what}\` registers that again. ` : '';
  const command = commandFor(reference, to, region);
  if (command !== undefined)
    return `${instead}Let it name ${to}, the newest ACTIVE one, if that is what it is to run: \`${command}\``;
  const advice = elsewhere[reference.source] ?? `Let it name ${to}, the newest ACTIVE one.`;
  return isOurs
    ? `${advice} Or register ${what} again from the journal: \`${restore}\``
    : `${advice} What else is known: \`${pruner(`explain ${what}`, spot)}\``;
}

/** How to let it name another revision. A `next` as in attention.ts. */
export function pointing(reference: Reference, to: string, region: string): string {
  const command = commandFor(reference, to, region);
  if (command !== undefined) return `Let it name ${to}: \`${command}\``;
  const advice = elsewhere[reference.source] ?? `Let it name ${to}.`;
  return `${advice} What else is known: \`${pruner(`explain ${targetName(reference)}`, { target: undefined }, region)}\``;
}

/** What is pasted into a shell holds nothing but names of plain letters. */
function commandFor(reference: Reference, to: string, region: string): string | undefined {
  if (!/^[\w.:/-]+$/.test(reference.referrer)) return undefined;
  return repairs[reference.source]?.(reference.referrer, renaming(targetName(reference), to), to, region);
}

/** Replaces one revision's name and nothing that only contains it: `my-web:7` and `web:70` are others. */
function renaming(what: string, to: string): string {
  return `perl -pe 's/(?<![\\w-])${what}(?!\\d)/${to}/g'`;
}

/** By source: the command that lets `who` name another revision. A source without one has its own advice below. */
const repairs: Readonly<
  Record<string, (who: string, rename: string, to: string, region: string) => string | undefined>
> = {
  services: (who, _rename, to, region) => {
    const [, cluster, service] = /:service\/([^/]+)\/(.+)$/.exec(who) ?? [];
    if (cluster === undefined || service === undefined) return undefined;
    return `aws ecs update-service${option('--cluster', cluster)}${option('--service', service)}${option('--task-definition', to)}${region}`;
  },
  rules: (who, rename, _to, region) => {
    const [, path = ''] = /:rule\/(.+)$/.exec(who) ?? [];
    const at = path.lastIndexOf('/');
    const bus = at === -1 ? '' : option('--event-bus-name', path.slice(0, at));
    const of = `${option('--rule', path.slice(at + 1))}${bus}${region}`;
    return `aws events list-targets-by-rule${of} --query Targets | ${rename} > targets.json && aws events put-targets${of} --targets file://targets.json`;
  },
  schedules: (who, rename, _to, region) => {
    const [, group, name] = /:schedule\/([^/]+)\/(.+)$/.exec(who) ?? [];
    if (group === undefined || name === undefined) return undefined;
    return `aws scheduler get-schedule${option('--group-name', group)}${option('--name', name)}${region} | jq 'del(.Arn, .CreationDate, .LastModificationDate)' | ${rename} > schedule.json && aws scheduler update-schedule${region} --cli-input-json file://schedule.json`;
  },
  pipes: (who, rename, _to, region) => {
    const [, name] = /:pipe\/(.+)$/.exec(who) ?? [];
    if (name === undefined) return undefined;
    return `aws pipes describe-pipe${option('--name', name)}${region} | jq '{Name, RoleArn, TargetParameters}' | ${rename} > pipe.json && aws pipes update-pipe${region} --cli-input-json file://pipe.json`;
  },
  'state-machines': (who, rename, _to, region) => {
    const [machine] = /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:[^:]+/.exec(who) ?? [];
    if (machine === undefined) return undefined;
    return `aws stepfunctions describe-state-machine --state-machine-arn ${machine}${region} --query definition --output text | ${rename} > definition.json && aws stepfunctions update-state-machine --state-machine-arn ${machine}${region} --definition file://definition.json --publish`;
  },
};

/** Where no single command repairs it. */
const elsewhere: Readonly<Record<string, string>> = {
  codedeploy: 'Deploy once more, so that the group has a deployment of an ACTIVE revision to fall back on.',
  stacks: 'Change its task definition in the template and update the stack, which registers a new one.',
  'service-deployments':
    'Deploy once more, so that the service has a deployment of an ACTIVE revision to fall back on.',
};

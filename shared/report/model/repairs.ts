// The commands that point a referrer to another revision, to be pasted into the operator's shell.
import { option } from '../../domain/paste.ts';
import type { Reference } from '../../domain/evidence.ts';
import { targetName } from '../../domain/dangling.ts';

/** Nothing where the ARN holds characters that a shell may interpret, or no single command repairs this source. */
export function repairCommand(reference: Reference, to: string, region: string): string | undefined {
  if (!/^[\w.:/-]+$/.test(reference.referrer)) return undefined;
  return repairs[reference.source]?.(reference.referrer, renaming(targetName(reference), to), to, region);
}

/** Replaces one revision and nothing that only contains its name: `my-web:7` and `web:70` are others. */
function renaming(name: string, to: string): string {
  return `perl -pe 's/(?<![\\w-])${name}(?!\\d)/${to}/g'`;
}

/** By source: the command that points a referrer to another revision. */
const repairs: Readonly<
  Record<string, (referrer: string, rename: string, to: string, region: string) => string | undefined>
> = {
  services: (referrer, _rename, to, region) => {
    const [, cluster, service] = /:service\/([^/]+)\/(.+)$/.exec(referrer) ?? [];
    if (cluster === undefined || service === undefined) return undefined;
    return `aws ecs update-service${option('--cluster', cluster)}${option('--service', service)}${option('--task-definition', to)}${region}`;
  },
  rules: (referrer, rename, _to, region) => {
    const [, path = ''] = /:rule\/(.+)$/.exec(referrer) ?? [];
    const at = path.lastIndexOf('/');
    const bus = at === -1 ? '' : option('--event-bus-name', path.slice(0, at));
    const of = `${option('--rule', path.slice(at + 1))}${bus}${region}`;
    return `aws events list-targets-by-rule${of} --query Targets | ${rename} > targets.json && aws events put-targets${of} --targets file://targets.json`;
  },
  schedules: (referrer, rename, _to, region) => {
    const [, group, name] = /:schedule\/([^/]+)\/(.+)$/.exec(referrer) ?? [];
    if (group === undefined || name === undefined) return undefined;
    return `aws scheduler get-schedule${option('--group-name', group)}${option('--name', name)}${region} | jq 'del(.Arn, .CreationDate, .LastModificationDate)' | ${rename} > schedule.json && aws scheduler update-schedule${region} --cli-input-json file://schedule.json`;
  },
  pipes: (referrer, rename, _to, region) => {
    const [, name] = /:pipe\/(.+)$/.exec(referrer) ?? [];
    if (name === undefined) return undefined;
    return `aws pipes describe-pipe${option('--name', name)}${region} | jq '{Name, RoleArn, TargetParameters}' | ${rename} > pipe.json && aws pipes update-pipe${region} --cli-input-json file://pipe.json`;
  },
  'state-machines': (referrer, rename, _to, region) => {
    const [machine] = /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:[^:]+/.exec(referrer) ?? [];
    if (machine === undefined) return undefined;
    return `aws stepfunctions describe-state-machine --state-machine-arn ${machine}${region} --query definition --output text | ${rename} > definition.json && aws stepfunctions update-state-machine --state-machine-arn ${machine}${region} --definition file://definition.json --publish`;
  },
};

/** By source: the advice where no single command repairs it. */
export const manualRepairs: Readonly<Record<string, string>> = {
  codedeploy: 'Deploy again: the group can then roll back to an ACTIVE revision.',
  stacks: 'Change its task definition in the template and update the stack, which registers a new revision.',
  'service-deployments': 'Deploy again: the service can then roll back to an ACTIVE revision.',
};

// The command `permissions`: shows what each part of a run needs and why, or prints a policy for reading, pruning or
// deploying. It uses the catalogue and the deployed roles, without a call to AWS.
import { type Need, needs, type Purpose } from '../shared/sources/permissions.ts';
import { wrap } from '../shared/report/wrap.ts';
import { type SearchPermission, searchPermissions, searchPlace } from '../shared/domain/search-place.ts';
import { unreadBy } from '../shared/run/report-pieces.ts';
import { deployerPolicy } from './deployer.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import type { Options } from './options.ts';
import { settingsOf } from './session.ts';
import { type Statement, statementsFor } from './role.ts';
import type { World } from './world.ts';

export function permissionsCommand(options: Options, world: World): ExitCode {
  const settings = settingsOf(options);
  const deletes = settings.deleteAfterDays > 0;
  const search = settings.without.includes('search')
    ? []
    : searchPermissions(settings.search.map(searchPlace), options.region);
  const wanted = needs()
    .filter(({ name, optional }) => !(optional && settings.without.includes(name)))
    .filter(({ purpose }) => purpose !== 'deleting' || deletes)
    .flatMap((need) => (need.setting === undefined ? [need] : restrictedTo(need, search)));
  const unread = unreadBy(settings);
  const bucket = /^s3:\/\/([^/]+)/.exec(settings.state)?.[1];
  if (options.deploy === true) world.out(`${JSON.stringify(deployerPolicy(options.region), null, 2)}\n`);
  else if (options.policy === true)
    world.out(`${JSON.stringify(policyFor(wanted, { ...options, bucket, search }), null, 2)}\n`);
  else if (options.json) world.out(`${JSON.stringify({ needs: wanted, unread })}\n`);
  else world.out(`${asText(wanted, unread, world.width).join('\n')}\n`);
  return exitCodes.done;
}

/** Restricted to the places in the settings; empty where there are none. */
function restrictedTo(need: Need, search: readonly SearchPermission[]): Need[] {
  if (search.length === 0) return [];
  const permissions = search.map(({ action }) => action);
  return [{ ...need, permissions, resources: search.flatMap(({ resources }) => resources) }];
}

/** A policy for the command line. A report goes to a topic only with --topic, and that topic's owner decides. A
 *  state store is in a bucket only if the settings or --state say so. */
export function policyFor(
  wanted: readonly Need[],
  {
    live,
    region,
    bucket,
    search = [],
  }: Pick<Options, 'live' | 'region'> & {
    readonly bucket?: string | undefined;
    readonly search?: readonly SearchPermission[];
  },
) {
  const purposes = new Set<Purpose>(['reading']);
  if (bucket !== undefined) purposes.add('reading-state');
  if (live === true) purposes.add('deregistering').add('deleting');
  if (bucket !== undefined && live === true) purposes.add('recording');
  const actions = wanted
    .filter(({ purpose, setting }) => purposes.has(purpose) && setting === undefined)
    .flatMap((need) => need.permissions);
  const policies = [
    'read',
    ...(bucket === undefined ? [] : ['read-state', ...(live === true ? ['write-state'] : [])]),
    ...(live === true ? ['deregister', 'delete'] : []),
  ];
  const of = { actions: new Set(actions), policies, region, bucket };
  // Without the condition on the Region, since the bucket may be in another one. The ARNs restrict it.
  const searching = search.map(({ sid, action, resources }): Statement => ({
    Sid: sid,
    Effect: 'Allow',
    Action: [action],
    Resource: resources,
  }));
  return { Version: '2012-10-17', Statement: [...statementsFor(of), ...searching] };
}

const headings: readonly (readonly [Purpose, string])[] = [
  ['reading', 'To read: plan, prune, explain, snapshot and both functions'],
  ['reading-state', 'To read a state store in a bucket: both functions, and --state s3://...'],
  ['recording', 'To write it: the nightly function, and prune and restore with --state s3://...'],
  ['deregistering', 'To deregister: prune, and the nightly function of a live stage'],
  ['deleting', 'To delete for good, with deleteAfterDays: the same two'],
  ['reporting', 'To report: the functions, and --topic'],
  ['restoring', 'To restore, in addition to reading: by the operator, never by a function'],
];

function asText(wanted: readonly Need[], unread: ReturnType<typeof unreadBy>, width: number): string[] {
  const column = Math.max(...wanted.map(({ name }) => name.length)) + 4;
  const groups = headings.flatMap(([purpose, heading]) => [
    `${heading}:`,
    '',
    ...wanted.flatMap((need) => (need.purpose === purpose ? [...rows(need, column, width), ''] : [])),
  ]);
  const notes = [
    ...[...Map.groupBy(unread, ({ reason }) => reason)].map(
      ([why, names]) =>
        `${why.replace(/^./, (first) => first.toUpperCase())}: ${names.map(({ name }) => name).join(', ')}.`,
    ),
    'sts:GetCallerIdentity needs no permission. A policy to paste: ./pruner permissions --policy, with --live to deregister as well. What deploying the stack needs: ./pruner permissions --deploy.',
  ];
  return [...groups, ...notes.flatMap((note) => wrap(note, { width }))];
}

/** The name and the reason, then the permissions on lines of their own. */
function rows({ name, why, permissions, resources }: Need, column: number, width: number): string[] {
  const indent = ' '.repeat(column);
  return [
    ...wrap(why, { width, first: `  ${name}`.padEnd(column), rest: indent }),
    ...wrap(permissions.join(', '), { width, first: indent }),
    ...(resources ?? []).map((arn) => `${indent}on ${arn}`),
  ];
}

// `pruner permissions`: what is read and done, what each part of it needs, and why; or the policy to paste into IAM, for reading, pruning or deploying. Drawn
// from what the code declares and what is deployed, without a call to AWS.
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
    .flatMap((need) => (need.setting === undefined ? [need] : narrowed(need, search)));
  const unread = unreadBy(settings);
  const bucket = /^s3:\/\/([^/]+)/.exec(settings.state)?.[1];
  if (options.deploy === true) world.out(`${JSON.stringify(deployerPolicy(options.region), null, 2)}\n`);
  else if (options.policy === true)
    world.out(`${JSON.stringify(policyFor(wanted, { ...options, bucket, search }), null, 2)}\n`);
  else if (options.json) world.out(`${JSON.stringify({ needs: wanted, unread })}\n`);
  else world.out(`${asText(wanted, unread, world.width).join('\n')}\n`);
  return exitCodes.done;
}

/** To what the settings name; nothing where they name nothing. */
function narrowed(need: Need, search: readonly SearchPermission[]): Need[] {
  if (search.length === 0) return [];
  const permissions = search.map(({ action }) => action);
  return [{ ...need, permissions, resources: search.flatMap(({ resources }) => resources) }];
}

/** For the command line: the report goes to a topic only when one is named, and then that topic's owner decides; a state is
 *  in a bucket only when the settings or --state say so. */
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
  if (bucket !== undefined) purposes.add('keeping');
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
  // Without the fence of a Region, which a bucket may lie outside of: the ARNs say on what.
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
  ['keeping', 'To read a state in a bucket: both functions, and --state s3://...'],
  ['recording', 'To write it: the nightly function, and prune and restore with --state s3://...'],
  ['deregistering', 'To deregister: prune, and the nightly function of a live stage'],
  ['deleting', 'To delete for good, as deleteAfterDays says: the same two'],
  ['reporting', 'To report: the functions, and --topic'],
  ['restoring', 'To restore, besides all but deregistering: yours, never that of a function'],
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

/** The name, then why, then what it needs, a line each where it is long. */
function rows({ name, why, permissions, resources }: Need, column: number, width: number): string[] {
  const indent = ' '.repeat(column);
  return [
    ...wrap(why, { width, first: `  ${name}`.padEnd(column), rest: indent }),
    ...wrap(permissions.join(', '), { width, first: indent }),
    ...(resources ?? []).map((arn) => `${indent}on ${arn}`),
  ];
}

// Prints the permissions that a run needs, or an IAM policy of them.
import { program } from '../../shared/domain/program.ts';
import { type Need, needs, type Purpose } from '../../shared/sources/permissions.ts';
import { wrap } from '../../shared/report/text/wrap.ts';
import { type SearchPermission, searchPermissions, searchPlace } from '../../shared/domain/search-place.ts';
import { listUnread } from '../../shared/run/report-pieces.ts';
import type { PermissionsOptions } from '../commands/permissions.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { readDeployerPolicy, selectStatements, type Statement } from '../policy.ts';
import { readSettings } from '../settings.ts';

export async function permissions(options: PermissionsOptions, context: ProcessContext): Promise<ExitCode> {
  const settings = await readSettings(options, context);
  const deletes = settings.deleteAfterDays > 0;
  const search = settings.without.includes('search')
    ? []
    : searchPermissions(settings.search.map(searchPlace), options.region);
  const wanted = needs()
    .filter(({ name, optional }) => !(optional && settings.without.includes(name)))
    .filter(({ purpose }) => purpose !== 'deleting' || deletes)
    .flatMap((need) => (need.setting === undefined ? [need] : narrowToPlaces(need, search)));
  const unread = listUnread(settings);
  const bucket = /^s3:\/\/([^/]+)/.exec(settings.state)?.[1];
  if (options.deploy) context.out(`${JSON.stringify(readDeployerPolicy(options.region), null, 2)}\n`);
  else if (options.policy)
    context.out(`${JSON.stringify(policyFor(wanted, { ...options, bucket, search }), null, 2)}\n`);
  else if (options.json) context.out(`${JSON.stringify({ needs: wanted, unread })}\n`);
  else context.out(`${printNeeds(wanted, unread, context.width).join('\n')}\n`);
  return exitCodes.done;
}

/** Narrows the search to the places in the settings; without any, it needs nothing. */
function narrowToPlaces(need: Need, search: readonly SearchPermission[]): Need[] {
  if (search.length === 0) return [];
  const permissions = search.map(({ action }) => action);
  return [{ ...need, permissions, resources: search.flatMap(({ resources }) => resources) }];
}

interface PolicyScope {
  readonly live?: boolean | undefined;
  readonly region?: string | undefined;
  readonly bucket?: string | undefined;
  readonly search?: readonly SearchPermission[];
}

/** A policy for the command line. A topic needs none: its owner decides. A bucket needs one only if it is the state store. */
export function policyFor(wanted: readonly Need[], { live, region, bucket, search = [] }: PolicyScope) {
  const purposes = new Set<Purpose>(['reading']);
  if (bucket !== undefined) purposes.add('reading-state');
  if (live === true) purposes.add('deregistering').add('deleting');
  if (bucket !== undefined && live === true) purposes.add('recording');
  const actions = wanted
    .filter(({ purpose, setting }) => purposes.has(purpose) && setting === undefined)
    .flatMap((need) => need.permissions);
  const of = { actions: new Set(actions), region, bucket };
  // Not limited to a Region, since a bucket may be in another one; the ARNs limit it.
  const searching = search.map(({ sid, action, resources }): Statement => ({
    Sid: sid,
    Effect: 'Allow',
    Action: [action],
    Resource: resources,
  }));
  return { Version: '2012-10-17', Statement: [...selectStatements(of), ...searching] };
}

const headings: readonly (readonly [Purpose, string])[] = [
  ['reading', 'To read: plan, prune, explain, snapshot and both functions'],
  ['reading-state', 'To read a state store in a bucket: both functions, and --state s3://...'],
  ['recording', 'To write it: the nightly function, and prune and restore with --state s3://...'],
  ['deregistering', 'To deregister: prune, and the nightly function of a live stage'],
  ['deleting', 'To delete for good (deleteAfterDays): the same two'],
  ['reporting', 'To report: the functions, and --topic'],
  ['restoring', 'To restore, besides all but deregistering: for operators, never for a function'],
];

function printNeeds(wanted: readonly Need[], unread: ReturnType<typeof listUnread>, width: number): string[] {
  const column = Math.max(...wanted.map(({ name }) => name.length)) + 4;
  const groups = headings.flatMap(([purpose, heading]) => [
    `${heading}:`,
    '',
    ...wanted.flatMap((need) => (need.purpose === purpose ? [...printNeed(need, column, width), ''] : [])),
  ]);
  const notes = [
    ...[...Map.groupBy(unread, ({ reason }) => reason)].map(
      ([why, names]) =>
        `${why.replace(/^./, (first) => first.toUpperCase())}: ${names.map(({ name }) => name).join(', ')}.`,
    ),
    `sts:GetCallerIdentity needs no permission. A policy for IAM: ${program()} permissions --policy, with --live to deregister as well. A policy for deploying the stack: ${program()} permissions --deploy.`,
  ];
  return [...groups, ...notes.flatMap((note) => wrap(note, { width }))];
}

/** The name, the reason and the permissions. */
function printNeed({ name, why, permissions, resources }: Need, column: number, width: number): string[] {
  const indent = ' '.repeat(column);
  return [
    ...wrap(why, { width, first: `  ${name}`.padEnd(column), rest: indent }),
    ...wrap(permissions.join(', '), { width, first: indent }),
    ...(resources ?? []).map((arn) => `${indent}on ${arn}`),
  ];
}

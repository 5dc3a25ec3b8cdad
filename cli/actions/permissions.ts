// Prints the permissions that a run needs, or an IAM policy of them.
import { program } from '../../shared/domain/program.ts';
import { parts } from '../../shared/sources/parts.ts';
import { type Need, needs, type Purpose } from '../../shared/sources/permissions.ts';
import { wrap } from '../../shared/report/text/wrap.ts';
import { type SearchPermission, searchPermissions, searchPlace } from '../../shared/domain/search-place.ts';
import { listUnread } from '../../shared/run/report-pieces.ts';
import type { PermissionsOptions } from '../commands/permissions.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { readDeployerPolicy, selectStatements, type Statement } from '../policy.ts';
import type { Settings } from '../../shared/settings/schema.ts';
import { readSettings } from '../settings.ts';

export async function permissions(options: PermissionsOptions, context: ProcessContext): Promise<ExitCode> {
  const settings = await readSettings(options, context);
  const deletes = settings.deleteAfterDays > 0;
  const bySetting = settingPermissions(settings, options.region);
  const wanted = needs()
    .filter(({ name, optional }) => !(optional && settings.without.includes(name)))
    .filter(({ purpose }) => purpose !== 'deleting' || deletes)
    .flatMap((need) => (need.setting === undefined ? [need] : narrowToPlaces(need, bySetting[need.setting])));
  const unread = listUnread(settings);
  const bucket = /^s3:\/\/([^/]+)/.exec(settings.state)?.[1];
  if (options.deploy) context.out(`${JSON.stringify(readDeployerPolicy(options.region, options.fleet), null, 2)}\n`);
  else if (options.policy)
    context.out(`${JSON.stringify(policyFor(wanted, { ...options, bucket, bySetting }), null, 2)}\n`);
  else if (options.json) context.out(`${JSON.stringify({ needs: wanted, unread })}\n`);
  else context.out(`${printNeeds(wanted, unread, context.width).join('\n')}\n`);
  return exitCodes.done;
}

/** Permissions for the resources that each setting names. */
type BySetting = Readonly<Record<NonNullable<Need['setting']>, readonly SearchPermission[]>>;

function settingPermissions({ without, search, pauseParameter, changeCalendar }: Settings, region = '*'): BySetting {
  const calendars = changeCalendar.map((name) =>
    name.startsWith('arn:') ? name : `arn:*:ssm:${region}:*:document/${name}`,
  );
  const parameter = `arn:*:ssm:${region}:*:parameter${pauseParameter}`;
  return {
    search: without.includes('search') ? [] : searchPermissions(search.map(searchPlace), region),
    pauseParameter:
      pauseParameter === '' ? [] : [{ sid: 'ReadPause', action: 'ssm:GetParameter', resources: [parameter] }],
    changeCalendar:
      calendars.length === 0
        ? []
        : [{ sid: 'ReadCalendars', action: 'ssm:GetCalendarState', resources: [...new Set(calendars)] }],
  };
}

/** Narrows a part to what the settings name; where they name nothing, it needs nothing. */
function narrowToPlaces(need: Need, named: readonly SearchPermission[]): Need[] {
  if (named.length === 0) return [];
  const permissions = named.map(({ action }) => action);
  return [{ ...need, permissions, resources: named.flatMap(({ resources }) => resources) }];
}

interface PolicyScope {
  readonly live?: boolean | undefined;
  readonly approve?: boolean | undefined;
  readonly region?: string | undefined;
  readonly bucket?: string | undefined;
  readonly bySetting?: BySetting;
}

/** A policy for the command line. A topic needs none: its owner decides. A bucket needs one only if it is the state store. */
export function policyFor(wanted: readonly Need[], { live, approve, region, bucket, bySetting }: PolicyScope) {
  const purposes = new Set<Purpose>(['reading']);
  if (bucket !== undefined) purposes.add('reading-state');
  if (live === true) purposes.add('deregistering').add('deleting');
  if (bucket !== undefined && live === true) purposes.add('recording');
  const actions = wanted
    .filter(({ purpose, setting }) => purposes.has(purpose) && setting === undefined)
    .flatMap((need) => need.permissions);
  const of = { actions: new Set(actions), region, bucket };
  // Not limited to a Region, since a bucket may be in another one; the ARNs limit it.
  const acting = live === true ? [...(bySetting?.pauseParameter ?? []), ...(bySetting?.changeCalendar ?? [])] : [];
  const named = [...(bySetting?.search ?? []), ...acting].map(({ sid, action, resources }): Statement => ({
    Sid: sid,
    Effect: 'Allow',
    Action: [action],
    Resource: resources,
  }));
  const answering = approve === true ? [answerStatement(region)] : [];
  return { Version: '2012-10-17', Statement: [...selectStatements(of), ...named, ...answering] };
}

/** An execution's ARN begins with that of the function's version, so that the name alone never matches it. The stack names its
 *  durable function `NAME-nightly`. https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html */
function answerStatement(region = '*'): Statement {
  return {
    Sid: 'AnswerRuns',
    Effect: 'Allow',
    Action: [...parts.approving.permissions],
    Resource: [`arn:*:lambda:${region}:*:function:*-nightly:*`],
  };
}

const headings: readonly (readonly [Purpose, string])[] = [
  ['reading', 'To read: plan, prune, explain, snapshot and both functions'],
  ['reading-state', 'To read a state store in a bucket: both functions, and --state s3://...'],
  ['recording', 'To write it: the nightly function, and prune and restore with --state s3://...'],
  ['deregistering', 'To deregister: prune, and the nightly function of a live stage'],
  ['deleting', 'To delete for good (deleteAfterDays): the same two'],
  ['reporting', 'To report: the functions, and --topic'],
  ['approving', 'To answer a run that asks for approval: for operators, never for a function'],
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
    `sts:GetCallerIdentity needs no permission. A policy for IAM: ${program()} permissions --policy, with --live to deregister and --approve to answer runs as well. A policy for deploying the stack: ${program()} permissions --deploy.`,
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

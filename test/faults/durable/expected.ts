// Checks the state after an interrupted run. Each function returns its violations as sentences, and a
// case expects none.
import type { Ended, Moment } from './execution.ts';
import { CAP, goesFirst, kept, type Night } from './night.ts';
import { deregisteredIn, type Morning } from './witness.ts';

export interface Expected {
  /** The revisions that must be deregistered in the end. */
  readonly gone?: readonly string[];
  /** The report may have been sent twice. */
  readonly twice?: boolean;
  readonly run?: string;
  readonly cap?: number;
}

/** The results equal an undisturbed run, with one report or two equal ones. */
export function wrongWith(
  { witness }: Night,
  { status, result }: Pick<Ended, 'status' | 'result'>,
  { gone = goesFirst, twice = false, run = 'FUNCTION', cap = CAP }: Expected = {},
): string[] {
  const mails = witness.mails();
  const [first] = mails;
  const report = first?.report;
  const must: readonly (readonly [string, boolean])[] = [
    [`the execution ended as ${status}: ${JSON.stringify(result)}`, status === 'SUCCEEDED'],
    [`${list(witness.gone())} has gone`, list(witness.gone()) === list(gone)],
    ['there is no report', mails.length > 0],
    [`there are ${mails.length} reports`, mails.length <= (twice ? 2 : 1)],
    ['the second copy says something else', mails.every(({ text }) => text === first?.text)],
    [`it is of run ${report?.run.id}`, report?.run.id === run],
    [
      `it tells of ${report === undefined ? 'nothing' : list(deregisteredIn(report))}`,
      report !== undefined && list(deregisteredIn(report)) === list(gone),
    ],
    ['it tells of failures', report?.failed.length === 0 && report.failure === null],
    ['it lists revisions that were already INACTIVE', report?.alreadyInactive.length === 0],
    [`it is ${report?.outcome}: ${report?.stop?.reason}`, report?.outcome === 'OK'],
  ];
  return [...witness.wrong({ kept, cap }), ...must.filter(([, isSo]) => !isSo).map(([what]) => what)];
}

/** In any case: no protected revision is deregistered, and the report has all deregistrations. */
export function untruthsOf(
  night: Night,
  names: readonly string[] = ['FUNCTION'],
  { cap = CAP, lock = 'free' }: Partial<Morning> = {},
): string[] {
  const { witness } = night;
  const mails = witness.mails();
  return [
    ...witness.wrong({ kept, cap: names.length * cap, lock }),
    ...names.flatMap((name) => {
      const taken = list(witness.takenBy(name));
      const own = mails.filter(({ report }) => report.run.id === name);
      const [report] = own.map((mail) => mail.report);
      if (report === undefined || own.length !== 1) return [`${name} has sent ${own.length} reports`];
      const told = list(deregisteredIn(report));
      return [
        ...(witness.takenBy(name).length > cap ? [`${name} took ${taken}`] : []),
        ...(taken === told || report.verdict.includes(unlisted(witness.takenBy(name).length))
          ? []
          : [`${name} took "${taken}" and tells of "${told}" (${report.verdict})`]),
        ...report.alreadyInactive
          .flatMap(({ revisions }) => revisions)
          .filter((one) => witness.takenBy(name).includes(one))
          .map((one) => `${name} tells that ${one} was gone already`),
      ];
    }),
  ];
}

/** Whether a kill at this moment makes a second copy: from the publishing to its record. */
export function secondCopyFrom(moments: readonly Moment[]): (index: number) => boolean {
  const sent = moments.findIndex(({ when, what }) => when === 'after' && what === 'sns Publish');
  const recorded = moments.findIndex(
    ({ when, what, index }) => index > sent && when === 'after' && what === 's3 PutObject',
  );
  return (index) => sent <= index && index < recorded;
}

/** Without its run record a run knows the number from its passes. */
function unlisted(many: number): string {
  return `${many} ${many === 1 ? 'revision' : 'revisions'} had been deregistered before, which the journal lists`;
}

function list(names: readonly string[]): string {
  return names.toSorted().join(', ');
}

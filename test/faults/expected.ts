// Checks a run that met any fault. Each function returns its violations as sentences, and a case expects
// none.
import type { Report } from '../../shared/report/model/report.ts';
import { deregisteredNames, type Night } from '../support/night.ts';
import { untouchableFor } from './accounts.ts';
import { made, type Made } from './matrix.ts';

/** Revisions that were deregistered although they are referenced. */
export function namedAndGone({ sandbox }: Night, { part }: Made): string[] {
  const untouchable = untouchableFor(part);
  return [...sandbox.account.revisions.all()]
    .filter(({ status }) => status !== 'ACTIVE')
    .map(({ family, revision }) => `${family}:${revision}`)
    .filter((name) => untouchable.has(name));
}

/** Nothing is deregistered, and the report shows the part, the call and a remedy. */
export function wrongWithHold(night: Night, report: Report, { part, operation, optional }: Made): string[] {
  const faults = report.plan?.hold?.problems ?? [];
  // Sources of one wave are read side by side, so that a call which several make may be met by any of them.
  const makers = new Set(made.filter((other) => other.operation === operation).map((other) => other.part));
  const fault = faults.find((one) => one.part === part) ?? faults[0];
  const attention = report.actionItems.map(({ problem }) => problem).join('\n');
  const must: readonly (readonly [string, boolean])[] = [
    [
      'nothing goes',
      night.sandbox.calls.count('DeregisterTaskDefinition') === 0 && deregisteredNames(report).length === 0,
    ],
    ['the outcome is HELD', report.outcome === 'HELD'],
    ['there is a fault', fault !== undefined],
    ['every fault is of a part that makes the call', faults.every((one) => makers.has(one.part))],
    ['the fault names the call', fault?.operation.includes(operation) === true],
    ['the fault says what to do', (fault?.remedy ?? '') !== ''],
    ['the fault has the settings line', !optional || fault?.remedy.includes('without: [') === true],
    ['the mail names the call', attention.includes(operation)],
  ];
  return must.filter(([, isSo]) => !isSo).map(([what]) => what);
}

/** As without a fault: nothing is held, and every unreferenced revision is deregistered. */
export function wrongWithRun(night: Night, report: Report, call: Made): string[] {
  const went = deregisteredNames(report);
  const must: readonly (readonly [string, boolean])[] = [
    ['nothing is held', report.plan?.hold === undefined],
    ['the outcome is OK or ACTION', ['OK', 'ACTION'].includes(report.outcome)],
    [
      'all of the spare family goes but its newest',
      ['spare:1', 'spare:2', 'spare:3'].every((name) => went.includes(name)),
    ],
    ['what is not tagged goes', ['tagged:1', 'tagged:3', 'tagged:5'].every((name) => went.includes(name))],
    ['nothing goes that is named', namedAndGone(night, call).length === 0],
  ];
  return must.filter(([, isSo]) => !isSo).map(([what]) => what);
}

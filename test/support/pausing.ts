// A run of twelve calls whose pause parameter is set before one of them.
import { type AccountBuilder, anAccount } from './account.ts';
import { aNight, deregisteredNames, duringDeregistration, keepNewestThree, type Night } from './night.ts';

export const PAUSE_PARAMETER = '/ecs-revision-pruner/paused';
/** One call in ten seconds, so that three fit into the time for which an answer counts. */
export const slow = { quotas: { 'task-definition-modify': { burst: 100, perSecond: 0.4 } } };
export const pausable = { ...keepNewestThree, ...slow, pauseParameter: PAUSE_PARAMETER };
/** web:1 to web:12 can be deregistered. */
export const twelveOld = (): AccountBuilder =>
  anAccount().family('web', '1-15').cluster('prod').parameter(PAUSE_PARAMETER, 'false');

export const setTo = ({ sandbox }: Night, Value: string) =>
  sandbox.account.parameters.put({ Name: PAUSE_PARAMETER, Value });
export const journaled = ({ state }: Night) =>
  [...state.texts.keys()].filter((key) => key.includes('/journal/')).length;

/** Sets the parameter before the n-th of twelve calls. @returns what is wrong with the run, a sentence each */
export async function wrongWithPauseBefore(n: number): Promise<string[]> {
  const night = await aNight(twelveOld());
  let flipped = Infinity;
  const at: number[] = [];
  night.sandbox.before(({ operation }) => {
    if (operation === 'DeregisterTaskDefinition') at.push(night.clock.now());
  });
  duringDeregistration(night, n, () => {
    setTo(night, 'true');
    flipped = night.clock.now();
  });
  const report = await night.prune(pausable);
  const { results, outcome, run } = report;
  const must: readonly (readonly [string, boolean])[] = [
    ['no call is later than 30 seconds', Math.max(...at) < flipped + 30_000],
    ['at most two calls follow', at.length <= Math.min(12, n + 2)],
    ['the report lists the revisions of the calls', deregisteredNames(report).length === at.length],
    ['only these are journaled', journaled(night) === at.length],
    ['the others are not reached', results.notReached.length === 12 - at.length],
    ['the run is paused', results.stop?.by === (at.length === 12 ? undefined : 'paused')],
    ['the window is waited out', run.window?.waited === true],
    ['no action is required', outcome === 'OK'],
  ];
  return must.filter(([, isSo]) => !isSo).map(([what]) => what);
}

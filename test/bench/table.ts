// The benchmark's measurements as a table for people, and what of them is not good enough: words, and no calls.
import type { SizeMeasured } from './measure.ts';

/** How many calls more than the fewest are tolerated, per operation: a look that grew too old is looked again, a boundary
 *  is not always met in the fewest probes, and a reading that begins a second earlier may be one more by the end. */
export const TOLERATED = 1.25;
/** One more than the fewest is never a scandal, whatever the factor says. */
const SPARE = 3;
/** The function's memory in AWS: `memorySize` in serverless.yml. */
const FUNCTION_MEGABYTES = 512;

export function table(name: string, { families, revisions, services, tasks, members, runs }: SizeMeasured): string {
  const operations = [...new Set(runs.flatMap(({ calls, fewest }) => [...Object.keys(calls), ...Object.keys(fewest)]))];
  const totals = runs.map(({ calls, fewest }) => [total(calls), total(fewest)]);
  const more = Object.entries(members).map(([what, count]) => `${grouped(count)} ${what}`);
  return [
    `${name}: ${grouped(families)} families, ${grouped(revisions)} revisions, ${grouped(services)} services, ${[`${grouped(tasks)} tasks`, ...more].join(', ')}`,
    '',
    row(
      '',
      runs.map(({ mode, cost }) => `${mode}, ${cost.going} to go`),
      20,
    ),
    row(
      'calls by operation',
      runs.flatMap(() => ['calls', 'fewest']),
      10,
    ),
    ...operations.map((operation) =>
      row(
        operation,
        runs.flatMap(({ calls, fewest }) => [cell(calls[operation]), cell(fewest[operation])]),
        10,
      ),
    ),
    row('all', totals.flat().map(cell), 10),
    row(
      'time at the published quotas',
      runs.map(({ cost }) => clockTime(cost.seconds)),
      20,
    ),
    row(
      'throttled',
      runs.map(({ throttled }) => cell(throttled)),
      20,
    ),
    row(
      'peak resident set',
      runs.map(({ cost }) => `${cost.peakMegabytes} MB`),
      20,
    ),
    row(
      'CPU',
      runs.map(({ cost }) => `${cost.cpuSeconds.toFixed(1)} s`),
      20,
    ),
    '',
  ].join('\n');
}

/** A sentence for each thing that must not be; nothing when all is well. */
export function complaints(name: string, { runs }: SizeMeasured): string[] {
  return runs.flatMap(({ mode, calls, fewest, due, throttled, cost }) => {
    const found: string[] = [];
    if (cost.hold !== undefined) found.push(`the run was held: ${cost.hold}`);
    if (cost.outcome === 'FAILED') found.push('the run failed');
    if (cost.going !== due) found.push(`${cost.going} were to go, ${due} should`);
    if (mode === 'prune' && cost.deregistered !== due) found.push(`${cost.deregistered} went, ${due} should`);
    if (throttled > 0) found.push(`${throttled} calls were throttled`);
    if (cost.peakMegabytes > FUNCTION_MEGABYTES)
      found.push(`it took ${cost.peakMegabytes} MB, and the function has ${FUNCTION_MEGABYTES}`);
    for (const [operation, count] of Object.entries(calls)) {
      const few = fewest[operation];
      if (few === undefined) found.push(`${operation}: ${count} calls that nothing accounts for`);
      else if (count > Math.max(few * TOLERATED, few + SPARE))
        found.push(`${operation}: ${count} calls, more than ${TOLERATED} times the fewest (${few})`);
    }
    return found.map((one) => `${name}, ${mode}: ${one}`);
  });
}

function row(head: string, cells: readonly string[], width: number): string {
  return `  ${head.padEnd(30)}${cells.map((one) => one.padStart(width)).join('')}`.trimEnd();
}

function cell(count = 0): string {
  return grouped(count);
}

function total(calls: Readonly<Record<string, number>>): number {
  return Object.values(calls).reduce((all, count) => all + count, 0);
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** `11:46` */
function clockTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')} min`;
}

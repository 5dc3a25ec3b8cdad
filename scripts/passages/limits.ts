// The table of limits: the numbers come from the constants in the code, which a document cannot import.
import { code, table } from '../markdown.ts';
import type { Makers } from './passage.ts';
import { filesOf, textOf } from './repository.ts';

interface Limit {
  readonly what: string;
  readonly constant: string;
  /** Part of the path to the constant's file, if several files have a constant of that name. */
  readonly in?: string;
  readonly value: (number: number) => string;
}

const plain = (number: number) => number.toLocaleString('en');
const seconds = (ms: number) => `${plain(ms / 1000)} s`;

const all: readonly Limit[] = [
  { what: 'Age of services and tasks at a deregistration', constant: 'LIVE_MS', value: seconds },
  {
    what: 'The same in an account that is slow to read',
    constant: 'LIVE_MOST_MS',
    value: (ms) => `twice the time of reading, at most ${seconds(ms)}`,
  },
  {
    what: 'Age of tags and of everything that can start a task',
    constant: 'OTHER_MS',
    value: (ms) => `${seconds(ms)}, or twice the time of reading`,
  },
  {
    what: 'Time of reading up to which a source is read again before the first deregistration and at the end',
    constant: 'QUICK_MS',
    value: seconds,
  },
  {
    what: 'Members of a source that are read at the same time',
    constant: 'MAX_CONCURRENT',
    in: 'concurrently.ts',
    value: plain,
  },
  {
    what: 'Dangling references that are looked up',
    constant: 'MOST_STATUSES',
    value: (n) => `${plain(n)} revisions`,
  },
  {
    what: 'A read that is throttled or not answered',
    constant: 'READ_ATTEMPTS',
    value: (n) => `${n} attempts`,
  },
  { what: 'One attempt', constant: 'REQUEST_TIMEOUT_MS', value: seconds },
  {
    what: 'A deregistration without an answer',
    constant: 'UNANSWERED_TRIES',
    in: 'deregister.ts',
    value: (n) => `${n} attempts, with a read in between`,
  },
  {
    what: 'A deregistration that is throttled',
    constant: 'THROTTLED_TRIES',
    in: 'deregister.ts',
    value: (n) => `${n} attempts, each at half the pace`,
  },
  { what: 'Pages of one list', constant: 'MAX_PAGES', value: plain },
  {
    what: 'Calls for ages once the cap is full',
    constant: 'CALLS_FOR_THE_BACKLOG',
    value: (n) => `${plain(n)}; then the backlog is "at least"`,
  },
  {
    what: 'Time that a function reserves for its final reading and report',
    constant: 'FINAL_READ_MS',
    value: (ms) => `${seconds(ms)} of its 15 minutes`,
  },
  {
    what: 'The window',
    constant: 'WINDOW_SECONDS',
    value: (n) => `${n} s (${n / 60} minutes)`,
  },
  {
    what: 'The lock of a run that was killed',
    constant: 'LEASE_MS',
    value: (ms) => `${seconds(ms)} (${ms / 60_000} minutes)`,
  },
  { what: 'One pass', constant: 'MOST_A_PASS', value: (n) => `${plain(n)} revisions` },
  {
    what: 'A pass that is cut off',
    constant: 'MOST_CUT_OFF',
    value: (n) => `${n} times; then the run is held`,
  },
  {
    what: 'One message to SNS',
    constant: 'LARGEST',
    value: (n) => `${plain(n)} bytes; a larger report is sent as its event, with the address of the whole`,
  },
];

export const limits: Makers = {
  limits: () => {
    const files = filesOf('{shared,functions,cli}/**/*.ts').map((file) => ({ file, text: textOf(file) }));
    const rows = all.map(({ what, constant, value, in: part }) => {
      const definition = new RegExp(`\\bconst ${constant} = ([\\d_]+);`);
      const found = files.flatMap(({ file, text }) => {
        const [, number] = definition.exec(text) ?? [];
        return number === undefined || (part !== undefined && !file.endsWith(part)) ? [] : [{ file, number }];
      });
      const [first, ...others] = found;
      if (first === undefined || others.length > 0)
        throw new Error(`${constant} is defined in ${found.length} files, expected 1`);
      const number = Number(first.number.replaceAll('_', ''));
      return [what, value(number), `${code(constant)} in ${first.file}`];
    });
    return table(['limit', 'value', 'in the code'], rows);
  },
};

import { expect, test } from 'vitest';
import { createProgress } from '../../cli/progress.ts';
import { createProcessContext } from '../../cli/context.ts';

function drawn(width = 100) {
  const lines: string[] = [];
  const context = {
    ...createProcessContext(),
    showsProgress: true,
    width,
    draw: (text: string) => void lines.push(text),
  };
  return { progress: createProgress(context), last: () => lines.at(-1)?.replace('\r\u001B[K', '') };
}

test.each([
  [{ part: 'tasks', calls: 1 }, 'tasks: 1 call ...'],
  [
    { part: 'usage', calls: 80, reached: '31 of 40 days', waits: { ms: 500, perSecond: 2 } },
    'CloudTrail history: 31 of 40 days, 2 calls/s ...',
  ],
  [
    { part: 'services', calls: 12, waits: { ms: 8_200, perSecond: 0.25 } },
    'services: 12 calls, 0.3 calls/s, waits 8 s for the request quota ...',
  ],
])('the progress of %o says how far it is and why it waits', (given, line) => {
  const { progress, last } = drawn();
  progress.reading(given);
  expect(last()).toBe(line);
});

test('the progress line never fills the last column, where a terminal would wrap it', () => {
  const { progress, last } = drawn(20);
  progress.reading({ part: 'services', calls: 12, waits: { ms: 8_200, perSecond: 0.25 } });
  expect(last()).toBe('services: 12 calls,');
});

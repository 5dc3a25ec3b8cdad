// The event of a run as a function of its report.
import { expect, test } from 'vitest';
import { runEvent, toRunEvent } from '../../shared/report/json/run-event.ts';
import { aReport } from '../support/reports.ts';

const items = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ problem: `problem ${n} ${'x'.repeat(900)}`, remedy: 'Mend it.' }));

test('an event is at most 200 kB, and counts the items that it leaves out', () => {
  const event = toRunEvent({ ...aReport(), actionItems: items(1_000) }, undefined);
  expect(runEvent.parse(event)).toEqual(event);
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(200_000);
  expect(event.attention.length + event.moreAttention).toBe(1_000);
  expect(event.attention.length).toBe(125);
});

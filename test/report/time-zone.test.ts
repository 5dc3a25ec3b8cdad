import { afterEach, expect, test } from 'vitest';
import { setTimeZone } from '../../shared/domain/time-zone.ts';
import { formatHour, formatTime } from '../../shared/report/text/wording.ts';

afterEach(() => {
  setTimeZone('UTC');
});

test.each([
  ['UTC', '24 November 2026, 23:30 UTC', '23:30 UTC'],
  ['Europe/Berlin', '25 November 2026, 00:30 CET', '00:30 CET'],
  ['America/New_York', '24 November 2026, 18:30 GMT-5', '18:30 GMT-5'],
  ['Nowhere/Else', '24 November 2026, 23:30 UTC', '23:30 UTC'],
])('times of a report are those of %s', (zone, time, hour) => {
  setTimeZone(zone);
  const at = Date.UTC(2026, 10, 24, 23, 30);
  expect([formatTime(at), formatHour(at)]).toEqual([time, hour]);
});

/** The state of change calendars, alone and together. */
import { GetCalendarStateCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { refusal, start } from '../support/sandbox.ts';

const SHARED = 'arn:aws:ssm:eu-west-1:999999999999:document/shared';
const account = {
  calendars: [
    { Name: 'freeze', State: 'CLOSED', NextTransitionTime: '2027-01-04T08:00:00Z' },
    { Name: 'weekdays', State: 'OPEN', NextTransitionTime: '2026-11-28T00:00:00Z' },
    { Name: 'odd' },
    { Name: SHARED, State: 'OPEN' },
  ],
} as const;
const stateOf = async (...CalendarNames: string[]) => {
  const { ssm } = await start(account);
  return ssm.send(new GetCalendarStateCommand({ CalendarNames }));
};

test('a calendar has its state, the present time and its next transition', async () => {
  expect(await stateOf('weekdays')).toMatchObject({
    State: 'OPEN',
    AtTime: '2026-11-24T02:30:00Z',
    NextTransitionTime: '2026-11-28T00:00:00Z',
  });
});

test('several are open only if each of them is', async () => {
  expect(await stateOf('weekdays', SHARED)).toMatchObject({ State: 'OPEN' });
  expect(await stateOf('weekdays', 'freeze')).toMatchObject({
    State: 'CLOSED',
    NextTransitionTime: '2027-01-04T08:00:00Z',
  });
});

test('the ARN of a calendar of this account means the same as its name', async () => {
  expect(await stateOf('arn:aws:ssm:eu-west-1:123456789012:document/freeze')).toMatchObject({ State: 'CLOSED' });
});

test.each([
  { names: ['missing'], name: 'InvalidDocument' },
  { names: ['weekdays', 'missing'], name: 'InvalidDocument' },
  { names: ['odd'], name: 'UnsupportedCalendarException' },
])('$names is refused with $name', async ({ names, name }) => {
  expect(await refusal(stateOf(...names))).toMatchObject({ name, status: 400 });
});

// An organization of twelve accounts for three nights; `npm run faults` does it with two hundred.
import { expect, test } from 'vitest';
import { threeNights } from './fleet.ts';

/** The first line of each action item, without its number. */
function itemsOf(body: string): string[] {
  return [...body.matchAll(/^\d+\. (\[[^\]]+\] [^(]*)/gm)].map(([, line = '']) => line);
}

test('twelve accounts for three nights, with something wrong in six of them', async () => {
  const { mails, active } = await threeNights(12);
  const [first, second, third] = mails.map(({ subject, body }) => ({
    subject,
    sentence: body.split('\n')[0],
    items: itemsOf(body),
    body,
  }));
  // One account is denied from the first night on.
  expect(first).toMatchObject({
    subject: '[fleet] ACTION: 1 of 12 targets needs action',
    sentence: '11 of 12 targets fine; 1 needs action.',
    items: ['[000000000001 eu-west-1] Reading services: ListServices '],
  });
  // In the second, one is throttled, the clock of one is five days ahead, and two do not run, which does not show yet.
  expect(second).toMatchObject({
    subject: '[fleet] ACTION: 2 of 12 targets need action, events ignored',
    sentence: '10 of 12 targets fine; 2 need action.',
    items: [
      '[000000000005] 1 event ignored: its run began in the future ',
      '[000000000001 eu-west-1] Reading services: ListServices ',
      '[000000000003 eu-west-1] Reading tasks: ListTasks ',
    ],
  });
  // In the third, the throttled one is fine again, two are silent, one is gone from the stack set, and one lies.
  expect(third).toMatchObject({
    subject: '[fleet] ACTION: 1 of 11 targets needs action, 2 silent, events ignored',
    sentence: '8 of 11 targets fine; 1 needs action; 2 silent since Tuesday.',
    items: [
      '[000000000005] 1 event ignored: its run began in the future ',
      '[000000000006] 1 event ignored: it names another account than the one that sent it ',
      '[000000000001 eu-west-1] Reading services: ListServices ',
    ],
  });
  expect(third?.body).toContain(
    '- 000000000002 eu-west-1: since Tuesday (OK)\n- 000000000005 eu-west-1: since Tuesday (OK)',
  );
  expect(third?.body).toContain('No longer in the stack set pruner and left out: 000000000004/eu-west-1.');
  // The denied account keeps everything, and a hub changes nothing for the others.
  expect(active).toEqual([8, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
});

// The first night in an account that nobody ever pruned: thousands are to go, at AWS's published pace, and the cap lets
// the oldest go first, families in turn. The expected numbers were worked out by hand (sandbox/accounts/README.md).
import { expect, test } from 'vitest';
import { readAccount } from '../../sandbox/account-file.ts';
import { aNight } from '../support/night.ts';
import { byFamily } from '../support/listed.ts';

const account = readAccount('sandbox/accounts/backlog.json');
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner';

test('the first night takes the oldest of each family, and the report says how many nights are left', async () => {
  const night = await aNight(account);
  const { outcome, done, backlog } = await night.prune({}, { topicArn });

  expect(outcome).toBe('OK');
  expect(byFamily(done.deregistered)).toEqual({ api: '2-76', nightly: '1-75', site: '1-75', worker: '1-75' });
  expect({ revisions: backlog.revisions, nights: backlog.nights }).toEqual({ revisions: 4037, nights: 14 });
  expect(night.sandbox.calls.throttled()).toBe(0);
});

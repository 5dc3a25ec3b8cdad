// The first run in an account that was never pruned: thousands of revisions are due at AWS's published rate, and the cap
// allows the oldest first, families in turn. The expected numbers were worked out by hand (sandbox/accounts/README.md).
import { expect, test } from 'vitest';
import { readAccount } from '../../sandbox/account-file.ts';
import { aNight } from '../support/night.ts';
import { byFamily } from '../support/listed.ts';

const account = readAccount('sandbox/accounts/backlog.json');
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner';

test('the first run deregisters the oldest of each family and reports the remaining nights', async () => {
  const night = await aNight(account);
  const { outcome, results, backlog } = await night.prune({}, { topicArn });

  expect(outcome).toBe('OK');
  expect(byFamily(results.deregistered)).toEqual({
    api: '2-76',
    nightly: '1-75',
    site: '1-75',
    worker: '1-75',
  });
  expect({ revisions: backlog.revisions, nights: backlog.nights }).toEqual({ revisions: 4037, nights: 14 });
  expect(night.sandbox.calls.throttled()).toBe(0);
});

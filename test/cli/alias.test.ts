// The alias of the account, which stands in the subject of the mail.
import { expect, test } from 'vitest';
import { ACCOUNT } from '../support/account.ts';
import { pruner } from '../support/pruner.ts';

async function targetWith(alias: string): Promise<string | undefined> {
  const { out } = await pruner('plan', {
    prepare: ({ account }) => {
      account.alias = alias;
    },
  });
  return out.split('\n')[0];
}

test.each(['shop-prod', 'a1b', `${'x'.repeat(62)}9`])('a plan names the account by its alias %s', async (alias) => {
  const wide = await targetWith(alias);
  expect(wide).toContain(`Plan for account ${alias}`);
});

test.each([
  { what: 'two lines', alias: 'shop\r\nBcc: all@example.com' },
  { what: 'a bracket', alias: 'x] OK: 1 deregistered [y' },
  { what: 'a bidi override', alias: 'shop\u202Edorp' },
  { what: 'nothing', alias: '' },
  { what: '64 characters', alias: 'x'.repeat(64) },
])('an alias with $what, which IAM has never allowed, is not shown', async ({ alias }) => {
  expect(await targetWith(alias)).toBe(`Plan for account ${ACCOUNT}, eu-west-1: nothing is deregistered yet`);
});

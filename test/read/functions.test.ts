// Environments of Lambda functions: what they mention, in every published version, page by page, and what cannot be read.
import { expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import { ACCOUNT, anAccount, REGION, revisionArn } from '../support/account.ts';
import { aNight } from '../support/night.ts';

const settings = { keepLatest: 1 };
const lambdaArn = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
const workers = () => anAccount().family('worker', '1-6').cluster('prod');
const kept = (numbers: readonly number[]) =>
  [1, 2, 3, 4, 5].filter((number) => !numbers.includes(number)).map((number) => `worker:${number}`);

test.each([
  { what: 'a short name', variables: { TASK: 'worker:2' }, keeps: [2] },
  { what: 'an ARN', variables: { TASK: revisionArn('worker:2') }, keeps: [2] },
  { what: 'a list in JSON', variables: { TASKS: '["worker:2","worker:4"]' }, keeps: [2, 4] },
  { what: 'a variable of any name', variables: { message: 'worker:2', content: 'worker:3' }, keeps: [2, 3] },
  { what: 'an image', variables: { IMAGE: 'worker:2' }, keeps: [] },
  { what: 'nothing', variables: {}, keeps: [] },
])('$what in a function’s environment keeps what it mentions', async ({ variables, keeps }) => {
  const report = await (await aNight(workers().lambda('launch', variables))).plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept(keeps));
});

test('every published version counts, and explain says which version and variable', async () => {
  const account = workers().lambda('launch', { TASK: 'worker:5' }).lambda('launch', { TASK: 'worker:2' }, '7');
  const report = await (await aNight(account)).plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept([2, 5]));
  const reasons = report.plan?.families[0]?.spans.flatMap(({ verdict }) =>
    'reasons' in verdict ? verdict.reasons : [],
  );
  expect(reasons).toContainEqual(
    expect.objectContaining({
      by: [
        expect.objectContaining({
          referrer: lambdaArn('launch:7'),
          via: ['environment TASK'],
          relation: 'mentions',
        }),
      ],
    }),
  );
});

test('the ARN of a function’s version is no mention of a family of its name', async () => {
  const report = await (await aNight(workers().lambda('worker', {}, '3'))).plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept([]));
});

test('an environment that cannot be decrypted is reported, holds nothing and requires no action', async () => {
  const report = await (await aNight(workers().lockedLambda('sealed').lockedLambda('other'))).plan(settings);
  expect(report).toMatchObject({ outcome: 'PREVIEW', actionItems: [] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept([]));
  expect(report.notes).toEqual([
    'Not checked: function sealed:$LATEST and function other:$LATEST: its environment could not be decrypted.',
  ]);
});

test('more than a page of functions is read to its end, fifty a call', async () => {
  const account = workers();
  for (let index = 0; index < 101; index++)
    account.lambda(`f${index}`, index === 100 ? { TASK: 'worker:2' } : { LEVEL: 'info' });
  const night = await aNight(account);
  const report = await night.plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept([2]));
  expect(night.sandbox.calls.count('ListFunctions')).toBe(3);
});

test('a list that shifts between two of its pages hides nothing from what is deregistered', async () => {
  const account = workers().lambda('first', {});
  for (let index = 0; index < 50; index++) account.lambda(`f${index}`, index === 49 ? { TASK: 'worker:2' } : {});
  const night = await aNight(account);
  let pages = 0;
  // The first member of the second page moves to the first page, which has been read already.
  night.sandbox.before(({ operation }) => {
    if (operation === 'ListFunctions' && ++pages === 2) night.sandbox.account.functions.delete('first');
  });
  const report = await night.prune(settings);
  expect(report.results.deregistered.map(nameOf)).toEqual(kept([2]));
  expect(report.results.skipped).toEqual([
    { revision: { family: 'worker', number: 2 }, reason: 'function f49:$LATEST mentions it' },
  ]);
});

test('a function that the settings leave out by its ARN is not heeded', async () => {
  const account = workers().lambda('launch', { TASK: 'worker:2' });
  const without = [lambdaArn('launch:$LATEST')];
  const report = await (await aNight(account)).plan({ ...settings, without });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept([]));
});

test('a function that the settings leave out by its name’s ARN is left out with all its versions', async () => {
  const account = workers().lambda('launch', { TASK: 'worker:2' }).lambda('launch', { TASK: 'worker:3' }, '7');
  const night = await aNight(account);
  const report = await night.plan({ ...settings, without: [lambdaArn('launch')] });
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(kept([]));
  const other = await night.plan({ ...settings, without: [lambdaArn('laun')] });
  expect(other.plan?.toDeregister.map(nameOf)).toEqual(kept([2, 3]));
});

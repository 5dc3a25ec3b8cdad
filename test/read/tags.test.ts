// The tag query finds what carries the protecting tag, whatever its value; it is a filter, and the fresh look decides.
import { expect, test } from 'vitest';
import { readTags } from '../../shared/read/tags.ts';
import { anAccount } from '../support/account.ts';
import { aReader, arn, protectTag } from '../support/reader.ts';

test('a revision is protected by the key of its tag, whatever the value and the state', async () => {
  const account = anAccount()
    .family('web', '1', { tags: { [protectTag]: 'true' } })
    .family('web', '2', { tags: { [protectTag]: 'false' } })
    .family('web', '3', { tags: { [protectTag]: '' } })
    .family('web', '4', { tags: { team: protectTag } })
    .family('web', '5', { tags: { [`${protectTag}er`]: 'true' } })
    .family('web', '6', { tags: { [protectTag.toUpperCase()]: 'true' } })
    .family('web', '7', { tags: { [protectTag]: 'true' }, status: 'INACTIVE' })
    .family('web', '8')
    .family('WEB', '8', { tags: { team: 'a', [protectTag]: 'true' } });
  const { reader } = await aReader(account);
  const { tagged, reading } = await readTags(reader, [protectTag]);
  expect(tagged).toEqual(
    new Map([
      ['web', new Map([1, 2, 3, 7].map((number) => [number, protectTag]))],
      ['WEB', new Map([[8, protectTag]])],
    ]),
  );
  expect(reading).toMatchObject({ part: 'tags', calls: 1, items: 5, findings: [], problems: [] });
});

test('the key is the one of the settings', async () => {
  const { reader } = await aReader(anAccount().family('web', '1-3', { tags: { 'team:keep it': 'x' } }));
  expect((await readTags(reader, ['team:keep it'])).tagged).toEqual(
    new Map([['web', new Map([1, 2, 3].map((number) => [number, 'team:keep it']))]]),
  );
  expect((await readTags(reader, ['team:keep'])).tagged).toEqual(new Map());
});

test('a value protects revisions with exactly this value, and each key needs one query', async () => {
  const account = anAccount()
    .family('web', '1', { tags: { team: 'payments' } })
    .family('web', '2', { tags: { team: 'Payments' } })
    .family('web', '3', { tags: { team: 'payments-eu' } })
    .family('web', '4', { tags: { team: 'a=b=' } })
    .family('web', '5', { tags: { Team: 'payments' } })
    .family('web', '6', { tags: { cost: '' } })
    .family('web', '7', { tags: { cost: 'x' } })
    .family('web', '8', { tags: { 'do:keep': 'x', team: 'payments' } })
    .family('web', '9', { tags: { 'do:keep': '' } });
  const { reader, sandbox } = await aReader(account);
  const { tagged, reading } = await readTags(reader, ['do:keep', 'team=payments', 'team=a=b=', 'cost=']);
  expect(tagged).toEqual(
    new Map([
      [
        'web',
        new Map([
          [8, 'do:keep'],
          [9, 'do:keep'],
          [1, 'team=payments'],
          [4, 'team=a=b='],
          [6, 'cost='],
        ]),
      ],
    ]),
  );
  expect(sandbox.calls.count('GetResources')).toBe(3);
  expect(reading.problems).toEqual([]);
});

test('a key alone matches any value, beside any entries with values', async () => {
  const account = anAccount()
    .family('web', '1', { tags: { team: 'payments' } })
    .family('web', '2', { tags: { team: 'search' } });
  const { reader, sandbox } = await aReader(account);
  const { tagged } = await readTags(reader, ['team=payments', 'team']);
  expect(tagged.get('web')).toEqual(
    new Map([
      [1, 'team=payments'],
      [2, 'team'],
    ]),
  );
  expect(sandbox.calls.count('GetResources')).toBe(1);
});

test('other resources with the tag are not asked for', async () => {
  const account = anAccount().family('web', '1-2').service('prod/web', 'web:2');
  const { reader, sandbox } = await aReader(account);
  sandbox.account.tags.add(arn('service/prod/web'), [{ key: protectTag, value: 'true' }]);
  expect(await readTags(reader, [protectTag])).toMatchObject({
    tagged: new Map(),
    reading: { items: 0, problems: [] },
  });
});

test('all pages are read: only an empty token ends the list', async () => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-250', { tags: { [protectTag]: 'true' } }));
  sandbox.faults.add({ operation: 'GetResources', kind: 'empty-page', times: 1 });
  const { tagged, reading } = await readTags(reader, [protectTag]);
  expect(tagged.get('web')?.size).toBe(250);
  expect(reading).toMatchObject({ calls: 4, problems: [] });
});

test.each([
  {
    what: 'another account',
    mapping: { ResourceARN: 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:1' },
  },
  { what: 'a family without a number', mapping: { ResourceARN: arn('task-definition/web') } },
  { what: 'nothing', mapping: {} },
])('an answer that names $what is a problem', async ({ mapping }) => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-2'));
  sandbox.faults.add({
    operation: 'GetResources',
    kind: 'answer',
    change: (output) => {
      output['ResourceTagMappingList'] = [mapping];
    },
  });
  const { reading } = await readTags(reader, [protectTag]);
  expect(reading.problems).toMatchObject([{ part: 'tags', kind: 'incomplete' }]);
  expect(reading.problems[0]?.reason).toContain('is no revision of this account and Region');
});

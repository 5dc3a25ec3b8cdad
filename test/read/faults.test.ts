// One contract for every part that is read: whatever goes wrong is a fault with AWS's words, the permission and the next
// step; it is never an absence. Of the sources one stands for all here; contract.test.ts has each of them, and the slow
// matrix in test/faults every fault of every call.
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../shared/domain/evidence.ts';
import { Observer } from '../../shared/observe/observe.ts';
import { readAges } from '../../shared/read/ages.ts';
import { readInventory } from '../../shared/read/inventory.ts';
import type { ReadContext } from '../../shared/sources/common/reader.ts';
import { readTags } from '../../shared/read/tags.ts';
import { defaults } from '../../shared/settings/parse.ts';
import type { FaultKind } from '../../sandbox/faults.ts';
import { anAccount } from '../support/account.ts';
import { aReader, asLines, protectTag, readSource, target } from '../support/reader.ts';

const account = () =>
  anAccount()
    .family('web', '1-9')
    .family('web', '10-12', { tags: { [protectTag]: '' } })
    .service('prod/web', 'web:7')
    .service('prod/api', 'web:6')
    .service('dev/web', 'web:5')
    .task('prod', 'web:4')
    .task('prod', 'web:3')
    .task('dev', 'web:2')
    .task('dev', 'web:1', { desiredStatus: 'STOPPED' });

interface Part {
  readonly part: string;
  readonly lists: readonly string[];
  readonly describes: readonly string[];
  /** The reading, and what it found as text. */
  readonly read: (reader: ReadContext) => Promise<{ reading: Reading; found: unknown }>;
}

const parts: readonly Part[] = [
  {
    part: 'inventory',
    lists: ['ListTaskDefinitions'],
    describes: [],
    read: async (reader) => {
      const { reading, inventory } = await readInventory(reader);
      return { reading, found: inventory };
    },
  },
  {
    part: 'tags',
    lists: ['GetResources'],
    describes: [],
    read: async (reader) => {
      const { reading, tagged } = await readTags(reader, [protectTag]);
      return { reading, found: tagged };
    },
  },
  {
    part: 'services',
    lists: ['ListClusters', 'ListServices'],
    describes: ['DescribeServices'],
    read: async (reader) => withLines(await readSource(reader, 'services')),
  },
  {
    part: 'ages',
    lists: [],
    describes: ['DescribeTaskDefinition'],
    read: async (reader) => {
      const candidates = new Map([['web', [{ from: 1, upto: 5 }]]]);
      const { reading, ages } = await readAges(reader, {
        candidates,
        boundary: () => reader.clock.now(),
        cap: 300,
      });
      return { reading, found: ages };
    },
  },
];

function withLines(reading: Reading) {
  return { reading, found: asLines(reading.findings).toSorted() };
}

const again = /^Run again. If the problem persists, /;

const breaks: readonly {
  fault: string;
  strike: FaultKind;
  kind: string;
  reason: RegExp;
  remedy: RegExp;
  /** More than once where AWS may answer better the next time. */
  tries?: number;
}[] = [
  {
    fault: 'denied',
    strike: { kind: 'deny' },
    kind: 'denied',
    reason: /^AccessDeniedException: User: .* is not authorized/,
    remedy: /^Allow (ecs|tag):\w+ in the role or user that runs this\./,
  },
  {
    fault: 'throttled for good',
    strike: { kind: 'throttle' },
    kind: 'throttled',
    reason: /^Thrott\w+: Rate exceeded/,
    remedy: /quieter time/,
    tries: 6,
  },
  {
    fault: 'a server error',
    strike: { kind: 'error', code: 'ServerException', status: 500 },
    kind: 'unreachable',
    reason: /^ServerException: /,
    remedy: /^Run again. If the problem persists, check the network path and the AWS Health Dashboard/,
    tries: 6,
  },
  {
    fault: 'a gateway that answers no JSON error',
    strike: { kind: 'error', code: 'BadGateway', status: 502 },
    kind: 'unreachable',
    reason: /BadGateway/,
    remedy: again,
    tries: 6,
  },
  {
    fault: 'expired credentials',
    strike: { kind: 'error', code: 'ExpiredTokenException', status: 400 },
    kind: 'credentials',
    reason: /^ExpiredTokenException: /,
    remedy: /^Renew the credentials/,
  },
  {
    fault: 'a Region that is not enabled',
    strike: { kind: 'error', code: 'UnrecognizedClientException', status: 400 },
    kind: 'credentials',
    reason: /^UnrecognizedClientException: /,
    remedy: /enable the Region/,
  },
  {
    fault: 'an error of tomorrow',
    strike: { kind: 'error', code: 'TeapotException', status: 418 },
    kind: 'incomplete',
    reason: /^TeapotException: /,
    remedy: again,
  },
  {
    fault: 'a connection that is reset',
    strike: { kind: 'reset', effect: 'before' },
    kind: 'unreachable',
    reason: /ECONNRESET|socket hang up/,
    remedy: again,
    tries: 6,
  },
  {
    fault: 'a connection that is reset after the effect',
    strike: { kind: 'reset', effect: 'after' },
    kind: 'unreachable',
    reason: /ECONNRESET|socket hang up/,
    remedy: again,
    tries: 6,
  },
  {
    fault: 'an answer that is cut short',
    strike: { kind: 'truncate' },
    kind: 'unreachable',
    reason: /^SyntaxError: /,
    remedy: again,
  },
];

describe.each(parts)('$part', ({ part, lists, describes, read }) => {
  describe.each([...lists, ...describes])('%s', (operation) => {
    const permission = `${operation === 'GetResources' ? 'tag' : 'ecs'}:${operation}`;

    test.each(breaks)('$fault is a problem', async ({ strike, kind, reason: said, remedy: next, tries }) => {
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({ operation, ...strike });
      const { reading } = await read(reader);
      expect(reading.problems).toHaveLength(1);
      expect(reading.problems[0]).toMatchObject({ part, kind });
      expect(reading.problems[0]?.operation).toMatch(new RegExp(`^reading ${part}: ${operation}\\b`));
      expect(reading.problems[0]?.reason).toMatch(said);
      expect(reading.problems[0]?.remedy).toMatch(next);
      expect(reading.problems[0]?.remedy.includes(permission)).toBe(kind === 'denied');
      expect(reading.problems[0]?.remedy.includes('without: [tags]')).toBe(part === 'tags');
      // If the machine's clock is far from the account's, the SDK treats any refusal as clock skew.
      expect([tries ?? 1, 6]).toContain(sandbox.calls.count(operation));
      expect(reading.throttled).toBe(kind === 'throttled' ? 6 : 0);
    });

    test('an answer that never comes is a problem', async () => {
      const { reader, sandbox } = await aReader(account(), { requestTimeoutMs: 20 });
      sandbox.faults.add({ operation, kind: 'hang' });
      const { reading } = await read(reader);
      expect(reading.problems).toMatchObject([{ part, kind: 'unreachable' }]);
    });

    test('an error half way is a problem, whatever was read before it', async () => {
      const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
      sandbox.faults.add({ operation, kind: 'deny', skip: 1 });
      const { reading } = await read(reader);
      expect(reading.problems).toMatchObject([{ part, kind: 'denied' }]);
    });

    test('what heals within the attempts is none', async () => {
      const { reader: whole } = await aReader(account());
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({ operation, kind: 'throttle', times: 2 });
      sandbox.faults.add({ operation, kind: 'error', code: 'ServerException', status: 500, times: 2 });
      sandbox.faults.add({ operation, kind: 'reset', effect: 'before', times: 1 });
      const { reading, found } = await read(reader);
      expect(reading.problems).toEqual([]);
      expect(found).toEqual((await read(whole)).found);
    });
  });

  describe.each(lists)('pages of %s', (operation) => {
    test.each([
      { fault: 'a page that is lost', kind: 'lose-page' as const, reason: 'InvalidParameterException' },
      {
        fault: 'a page that leads back to itself',
        kind: 'repeat-token' as const,
        reason: 'the list does not end',
      },
    ])('$fault is a problem', async ({ kind, reason: said }) => {
      const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
      sandbox.faults.add({ operation, kind });
      const { reading } = await read(reader);
      expect(reading.problems).toMatchObject([{ part, kind: 'incomplete' }]);
      expect(reading.problems[0]?.reason).toContain(said);
    });

    test('a page without its list is a problem', async () => {
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({
        operation,
        kind: 'answer',
        change: (output) => {
          for (const [name, value] of Object.entries(output)) if (Array.isArray(value)) delete output[name];
        },
      });
      const { reading } = await read(reader);
      expect(reading.problems).toMatchObject([
        { part, kind: 'incomplete', reason: 'Incomplete: the answer has no list' },
      ]);
    });

    test.each([
      { page: 'an empty page that leads on', kind: 'empty-page' as const },
      { page: 'a page that comes twice', kind: 'repeat-page' as const },
    ])('$page changes nothing', async ({ kind }) => {
      const { reader: whole } = await aReader(account());
      const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
      sandbox.faults.add({ operation, kind, times: 2 });
      const { reading, found } = await read(reader);
      expect(reading.problems).toEqual([]);
      expect(found).toEqual((await read(whole)).found);
    });

    test('a run that is out of time says so', async () => {
      const { reader } = await aReader(account(), { outOfTime: () => true });
      const { reading } = await read(reader);
      expect(reading.problems).toMatchObject([{ part, kind: 'incomplete' }]);
      expect(reading.problems[0]?.reason).toContain('the run ran out of time');
    });
  });

  test('one denied call holds the whole run', async () => {
    const { reader, sandbox } = await aReader(account());
    const settings = { ...defaults, keepLatest: 1, without: ['definitions' as const] };
    const context = { ...reader, settings, onReading: () => undefined };
    const healthy = await new Observer(target, context).observe();
    expect(healthy.plan.toDeregister.map(({ number }) => number)).toEqual([8, 9]);

    sandbox.faults.add({ operation: [...describes, ...lists][0] ?? '', kind: 'deny' });
    const { plan, evidence } = await new Observer(target, context).observe();
    expect(plan.toDeregister).toEqual([]);
    expect(plan.hold?.problems).toMatchObject([{ part, kind: 'denied' }]);
    expect(evidence.readings.flatMap(({ problems }) => problems)).toHaveLength(1);
  });
});

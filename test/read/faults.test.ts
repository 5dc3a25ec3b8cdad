// One contract for every part that is read: whatever goes wrong is a fault with AWS's words, the permission and the next
// step; it is never an absence. Of the sources one stands for all here; contract.test.ts has each of them, and the slow
// matrix in test/faults every fault of every call.
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../shared/domain/evidence.ts';
import { observe } from '../../shared/observe/observe.ts';
import { readAges } from '../../shared/read/ages.ts';
import { readInventory } from '../../shared/read/inventory.ts';
import type { Reader } from '../../shared/sources/common/part.ts';
import { services } from '../../shared/sources/services.ts';
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
  readonly read: (reader: Reader) => Promise<{ reading: Reading; found: unknown }>;
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
    read: async (reader) => withLines(await readSource(reader, services)),
  },
  {
    part: 'ages',
    lists: [],
    describes: ['DescribeTaskDefinition'],
    read: async (reader) => {
      const candidates = new Map([['web', [1, 2, 3, 4, 5]]]);
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

const again = /^Run again; if it stays, /;

const breaks: readonly {
  fault: string;
  strike: FaultKind;
  kind: string;
  said: RegExp;
  next: RegExp;
  /** More than once where AWS may answer better the next time. */
  tries?: number;
}[] = [
  {
    fault: 'denied',
    strike: { kind: 'deny' },
    kind: 'denied',
    said: /^AccessDeniedException: User: .* is not authorized/,
    next: /^Allow (ecs|tag):\w+ in the role or user that runs this\./,
  },
  {
    fault: 'throttled for good',
    strike: { kind: 'throttle' },
    kind: 'throttled',
    said: /^Thrott\w+: Rate exceeded/,
    next: /quieter time/,
    tries: 6,
  },
  {
    fault: 'a server error',
    strike: { kind: 'error', code: 'ServerException', status: 500 },
    kind: 'unreachable',
    said: /^ServerException: /,
    next: /^Run again; if it stays, check the network path and the AWS Health Dashboard/,
    tries: 6,
  },
  {
    fault: 'a gateway that answers no JSON error',
    strike: { kind: 'error', code: 'BadGateway', status: 502 },
    kind: 'unreachable',
    said: /BadGateway/,
    next: again,
    tries: 6,
  },
  {
    fault: 'expired credentials',
    strike: { kind: 'error', code: 'ExpiredTokenException', status: 400 },
    kind: 'credentials',
    said: /^ExpiredTokenException: /,
    next: /^Renew the credentials/,
  },
  {
    fault: 'a Region that is not enabled',
    strike: { kind: 'error', code: 'UnrecognizedClientException', status: 400 },
    kind: 'credentials',
    said: /^UnrecognizedClientException: /,
    next: /enable the Region/,
  },
  {
    fault: 'an error of tomorrow',
    strike: { kind: 'error', code: 'TeapotException', status: 418 },
    kind: 'incomplete',
    said: /^TeapotException: /,
    next: again,
  },
  {
    fault: 'a connection that is reset',
    strike: { kind: 'reset', effect: 'before' },
    kind: 'unreachable',
    said: /ECONNRESET|socket hang up/,
    next: again,
    tries: 6,
  },
  {
    fault: 'a connection that is reset after the effect',
    strike: { kind: 'reset', effect: 'after' },
    kind: 'unreachable',
    said: /ECONNRESET|socket hang up/,
    next: again,
    tries: 6,
  },
  {
    fault: 'an answer that is cut short',
    strike: { kind: 'truncate' },
    kind: 'unreachable',
    said: /^SyntaxError: /,
    next: again,
  },
];

describe.each(parts)('$part', ({ part, lists, describes, read }) => {
  describe.each([...lists, ...describes])('%s', (operation) => {
    const permission = `${operation === 'GetResources' ? 'tag' : 'ecs'}:${operation}`;

    test.each(breaks)('$fault is a fault', async ({ strike, kind, said, next, tries }) => {
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({ operation, ...strike });
      const { reading } = await read(reader);
      expect(reading.faults).toHaveLength(1);
      expect(reading.faults[0]).toMatchObject({ part, kind });
      expect(reading.faults[0]?.doing).toMatch(new RegExp(`^reading ${part}: ${operation}\\b`));
      expect(reading.faults[0]?.said).toMatch(said);
      expect(reading.faults[0]?.next).toMatch(next);
      expect(reading.faults[0]?.next.includes(permission)).toBe(kind === 'denied');
      expect(reading.faults[0]?.next.includes('without: [tags]')).toBe(part === 'tags');
      // Where the machine's clock is far from the account's, the SDK takes any refusal for a matter of the clock.
      expect([tries ?? 1, 6]).toContain(sandbox.calls.count(operation));
      expect(reading.throttled).toBe(kind === 'throttled' ? 6 : 0);
    });

    test('an answer that never comes is a fault', async () => {
      const { reader, sandbox } = await aReader(account(), { requestTimeoutMs: 20 });
      sandbox.faults.add({ operation, kind: 'hang' });
      const { reading } = await read(reader);
      expect(reading.faults).toMatchObject([{ part, kind: 'unreachable' }]);
    });

    test('a fault half way is a fault, whatever was read before it', async () => {
      const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
      sandbox.faults.add({ operation, kind: 'deny', skip: 1 });
      const { reading } = await read(reader);
      expect(reading.faults).toMatchObject([{ part, kind: 'denied' }]);
    });

    test('what heals within the attempts is none', async () => {
      const { reader: whole } = await aReader(account());
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({ operation, kind: 'throttle', times: 2 });
      sandbox.faults.add({ operation, kind: 'error', code: 'ServerException', status: 500, times: 2 });
      sandbox.faults.add({ operation, kind: 'reset', effect: 'before', times: 1 });
      const { reading, found } = await read(reader);
      expect(reading.faults).toEqual([]);
      expect(found).toEqual((await read(whole)).found);
    });
  });

  describe.each(lists)('pages of %s', (operation) => {
    test.each([
      { fault: 'a page that is lost', kind: 'lose-page' as const, said: 'InvalidParameterException' },
      {
        fault: 'a page that leads back to itself',
        kind: 'repeat-token' as const,
        said: 'the list does not end',
      },
    ])('$fault is a fault', async ({ kind, said }) => {
      const { reader, sandbox } = await aReader(account(), { pageSize: 1 });
      sandbox.faults.add({ operation, kind });
      const { reading } = await read(reader);
      expect(reading.faults).toMatchObject([{ part, kind: 'incomplete' }]);
      expect(reading.faults[0]?.said).toContain(said);
    });

    test('a page without its list is a fault', async () => {
      const { reader, sandbox } = await aReader(account());
      sandbox.faults.add({
        operation,
        kind: 'answer',
        change: (output) => {
          for (const [name, value] of Object.entries(output)) if (Array.isArray(value)) delete output[name];
        },
      });
      const { reading } = await read(reader);
      expect(reading.faults).toMatchObject([
        { part, kind: 'incomplete', said: 'Incomplete: the answer has no list' },
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
      expect(reading.faults).toEqual([]);
      expect(found).toEqual((await read(whole)).found);
    });

    test('a run whose time is over says so', async () => {
      const { reader } = await aReader(account(), { outOfTime: () => true });
      const { reading } = await read(reader);
      expect(reading.faults).toMatchObject([{ part, kind: 'incomplete' }]);
      expect(reading.faults[0]?.said).toContain('the time of this run was over');
    });
  });

  test('one denied call holds the whole run', async () => {
    const { reader, sandbox } = await aReader(account());
    const settings = { ...defaults, keepLatest: 1, without: ['definitions' as const] };
    const surroundings = { ...reader, settings, progress: () => undefined };
    const healthy = await observe(target, surroundings);
    expect(healthy.plan.going.map(({ number }) => number)).toEqual([8, 9]);

    sandbox.faults.add({ operation: [...describes, ...lists][0] ?? '', kind: 'deny' });
    const { plan, evidence } = await observe(target, surroundings);
    expect(plan.going).toEqual([]);
    expect(plan.hold?.faults).toMatchObject([{ part, kind: 'denied' }]);
    expect(evidence.readings.flatMap(({ faults }) => faults)).toHaveLength(1);
  });
});

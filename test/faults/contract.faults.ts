// One contract for every source: it finds its references, a denied call is a problem with a remedy, odd pages change
// nothing or are a problem, and an unknown field is read. A new source in the list is tested here at once; the slow matrix
// covers all other errors of a call.
import { describe, expect, test } from 'vitest';
import { sources } from '../../shared/sources/readers.ts';
import { revisionArn } from '../support/account.ts';
import { specimenOf, specimens } from '../support/specimens.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

test('every source has its specimen', () => {
  expect(Object.keys(specimens).toSorted()).toEqual(sources.map(({ name }) => name).toSorted());
});

/** Permissions with another name than their operation. */
const operationOf = (permission: string) =>
  permission === 's3:ListBucket' ? 'ListObjectsV2' : (permission.split(':')[1] ?? '');

const sorted = (lines: readonly string[]) => lines.toSorted();

describe.each(sources)('$name', (source) => {
  const specimen = specimenOf(source.name);
  if (specimen === undefined) return;
  const { account, names, search, rare = [] } = specimen;
  const operations = source.permissions.map(operationOf).filter((operation) => !rare.includes(operation));
  const lists = operations.filter((operation) => /^(List|Lookup)/.test(operation));

  test('finds its references, with small pages too', async () => {
    for (const pageSize of [100, 1]) {
      const { reader, sandbox } = await aReader(account(), { pageSize, search });
      const { findings, problems } = await readSource(reader, source.name);
      expect(problems).toEqual([]);
      expect(sorted(asLines(findings))).toEqual(names);
      expect(operations.filter((operation) => sandbox.calls.count(operation) === 0)).toEqual([]);
    }
  });

  describe.each(operations)('%s', (operation) => {
    const permission = source.permissions.find((one) => operationOf(one) === operation) ?? '';

    test('is a problem with the permission and the setting that excludes the source when it is denied', async () => {
      const { reader, sandbox } = await aReader(account(), { search });
      sandbox.faults.add({ operation, kind: 'deny' });
      const { problems } = await readSource(reader, source.name);
      expect(problems).toMatchObject([{ part: source.name, kind: 'denied' }]);
      expect(problems[0]?.operation).toContain(`reading ${source.name}: ${operation}`);
      expect(problems[0]?.remedy).toContain(`Allow ${permission} in`);
      expect(problems[0]?.remedy.includes(`\`without: [${source.name}]\``)).toBe(source.optional);
    });

    test('finds a revision in an unknown field', async () => {
      const { reader, sandbox } = await aReader(account(), { search });
      sandbox.faults.add({
        operation,
        kind: 'answer',
        change: (answer) => {
          // An object has no fields, so the addition is more text.
          if (answer['Body'] instanceof Uint8Array)
            Object.assign(answer, {
              Body: Buffer.from(revisionArn('web:1')),
              ChecksumCRC32: undefined,
              ETag: '"of-tomorrow"',
            });
          else answer['aFieldOfTomorrow'] = revisionArn('web:1');
        },
      });
      const { findings } = await readSource(reader, source.name);
      expect(asLines(findings).filter((line) => line.endsWith(' mentions web:1'))).not.toEqual([]);
    });
  });

  describe.each(lists)('pages of %s', (operation) => {
    test.each(['lose-page', 'repeat-token'] as const)('%s is a problem', async (kind) => {
      const { reader, sandbox } = await aReader(account(), { pageSize: 1, search });
      sandbox.faults.add({ operation, kind });
      const { problems } = await readSource(reader, source.name);
      expect(problems).toMatchObject([{ part: source.name, kind: 'incomplete' }]);
    });

    test.each(['empty-page', 'repeat-page'] as const)('%s changes nothing', async (kind) => {
      const { reader, sandbox } = await aReader(account(), { pageSize: 1, search });
      sandbox.faults.add({ operation, kind, times: 2 });
      const { findings, problems } = await readSource(reader, source.name);
      expect(problems).toEqual([]);
      expect(sorted(asLines(findings))).toEqual(names);
    });
  });
});

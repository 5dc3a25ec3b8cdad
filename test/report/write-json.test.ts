// The document that the command line writes in chunks is the document that functions and messages print at once.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reportDocument } from '../../shared/report/json/report-schema.ts';
import { toDocumentWithin } from '../../shared/report/json/run-event.ts';
import { toLazyDocument, toReportDocument } from '../../shared/report/json/report.ts';
import { collect, lazily, sizeOfJson, writeJson } from '../../shared/report/json/write-json.ts';
import schema from '../../schemas/report.schema.json' with { type: 'json' };
import { anyReport } from '../support/any-report.ts';
import { aPlan, aReport } from '../support/reports.ts';

const validate = addFormats.default(new Ajv2020({ strict: true })).compile(schema);

function chunksOf(document: object): string[] {
  const chunks: string[] = [];
  writeJson(document, (chunk) => void chunks.push(chunk));
  return chunks;
}

test('what is written in chunks is the text of the whole document, and valid against the published schema', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const text = chunksOf(toLazyDocument(report)).join('');
      expect(text).toBe(JSON.stringify(toReportDocument(report)));
      const document: unknown = JSON.parse(text);
      expect(validate(document) ? [] : validate.errors).toEqual([]);
      expect(reportDocument.parse(document)).toEqual(toReportDocument(report));
    }),
    { numRuns: 40, seed: 20_261_130 },
  );
});

test('any JSON is written as JSON.stringify writes it, and has the size of its UTF-8', () => {
  fc.assert(
    fc.property(
      fc.object({ withNullPrototype: false, values: [fc.jsonValue(), fc.string({ unit: 'binary' })] }),
      (value) => {
        const text = JSON.stringify(value);
        expect(chunksOf(value).join('')).toBe(text);
        expect(sizeOfJson(value)).toBe(Buffer.byteLength(text));
        expect(collect(value)).toEqual(value);
      },
    ),
  );
});

test('a member without a value is left out', () => {
  expect(chunksOf({ a: undefined, b: [], c: {}, d: null })).toEqual(['{"b":[],"c":{},"d":null}']);
});

describe('a held account of a million revisions', () => {
  const report = aReport({ plan: aPlan({ web: { '1-1000000': 'hold' } }) });

  test('is written in chunks of bounded length', () => {
    const lengths: number[] = [];
    writeJson(toLazyDocument(report), (chunk) => void lengths.push(chunk.length));
    expect(lengths.length).toBeGreaterThan(100);
    expect(Math.max(...lengths)).toBeLessThan(70_000);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(10_000_000);
  });

  test('fits into a message as its event, with the address of the whole report', () => {
    const short = toDocumentWithin(report, 's3://state/report.json', 20_000);
    expect(short).toMatchObject({ version: 2, report: 's3://state/report.json', counts: { held: 1_000_000 } });
  });
});

test('a lazy list makes each item when it is asked for, and each time anew', () => {
  let made = 0;
  const list = lazily([1, 2, 3], (number) => number * 10 + made++);
  const [first] = list;
  expect([first, made]).toEqual([10, 1]);
  expect([...list]).toEqual([11, 22, 33]);
});

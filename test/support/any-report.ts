// Generates random reports for the laws of the formats: family names of every length, hostile texts as in a tag or a
// service name, and every end of a run.
import type { ReadProblem } from '../../shared/domain/problem.ts';
import * as fc from 'fast-check';
import type { Approval } from '../../shared/domain/approval.ts';
import type { ApplyResults, Stop } from '../../shared/domain/apply-results.ts';
import type { DeletionSummary } from '../../shared/domain/deletion-results.ts';
import type { Reference } from '../../shared/domain/evidence.ts';
import type { DanglingReference } from '../../shared/domain/dangling.ts';
import type { FamilyPlan, Plan, Reason, Span, Verdict } from '../../shared/plan/verdict.ts';
import { buildReport, type ReportInput } from '../../shared/report/model/build-report.ts';
import { type Report } from '../../shared/report/model/report.ts';
import { numbersIn, rangesOf, type Revision } from '../../shared/domain/revision.ts';

const familyName = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{200,255}$/) },
);

/** Line breaks, terminal escapes, bidi overrides, zero widths, half characters, wide ones, flags, piled marks. */
const nasty = [
  '\n',
  '\r\n',
  '\t',
  '\u001B[2J',
  '\u202E',
  '\u200B',
  '\u2028',
  '\uD800',
  '漢字',
  '🇩🇪',
  '👩‍👩‍👧',
  'a\u0301\u0301\u0301\u0301\u0301\u0301',
  '`',
  '"',
  '\\',
  '\u0000',
  '\u00AD',
  '\uFEFF',
  ' ',
];
/** Any characters, like fc.string({ unit: 'binary' }), but without its table of a million characters. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10_f7_ff }), { maxLength: 12 })
  // Skips the surrogates, which `nasty` contains.
  .map((points) => points.map((point) => String.fromCodePoint(point < 0xd8_00 ? point : point + 0x8_00)).join(''));

export const hostile = fc
  .array(fc.oneof(fc.constantFrom(...nasty), anyText, fc.lorem({ maxCount: 3 })), { maxLength: 30 })
  .map((parts) => parts.join(''));

/** A bucket, or a folder with any name. */
const place = fc.oneof(
  fc.stringMatching(/^s3:\/\/[a-z0-9-]{3,63}(\/[a-z]{1,20})?$/),
  fc.constantFrom('state', "/home/o'hara/state", '/my state', 'a`b'),
  hostile,
);

const who = fc.oneof(
  fc.stringMatching(/^[a-z-]{1,60}$/).map((name) => `arn:aws:ecs:eu-west-1:123456789012:service/prod/${name}`),
  hostile,
);

const reference = (what: Revision) =>
  fc.record<Reference>({
    kind: fc.constant('reference'),
    source: fc.constantFrom('services', 'tasks', 'schedules'),
    referrer: who,
    relation: fc.constantFrom('runs', 'ran', 'deploys', 'rolls back to', 'starts', 'mentions'),
    target: fc.constant({ kind: 'revision', ...what }),
  });

const reason: fc.Arbitrary<Reason> = fc.oneof(
  fc.record({ rule: fc.constantFrom('newest', 'keep-latest', 'protected', 'min-age'), text: hostile }),
  fc.record({
    rule: fc.constant('referenced' as const),
    text: hostile,
    by: fc.array(reference({ family: 'web', number: 1 }), { minLength: 1, maxLength: 25 }),
  }),
  fc.record({
    rule: fc.constant('in-flight' as const),
    text: hostile,
    by: fc.array(who, { minLength: 1, maxLength: 3 }),
  }),
);

const keep = fc
  .tuple(reason, fc.array(reason, { maxLength: 2 }))
  .map(([first, more]): Verdict => ({ verdict: 'keep', reasons: [first, ...more] }));

const fault = fc.record<ReadProblem>({
  part: fc.oneof(fc.constantFrom('services', 'tasks', 'tags', 'inventory', 'state-machines'), hostile),
  kind: fc.constantFrom('denied', 'throttled', 'credentials', 'unreachable', 'incomplete'),
  operation: hostile,
  reason: hostile,
  remedy: fc.oneof(hostile, fc.constant('Leave it out: `without: [tags]`')),
});

const aPlan = (held: boolean) =>
  fc
    .record({
      families: fc.uniqueArray(
        fc.tuple(
          familyName,
          fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 }), verdict(held)), {
            minLength: 1,
            maxLength: 8,
          }),
        ),
        { maxLength: 40, selector: ([name]) => name },
      ),
      faults: held ? fc.array(fault, { minLength: 1, maxLength: 12 }) : fc.constant([]),
    })
    .map(({ families, faults }): Plan => {
      const plans = families.map(([family, stretches]): FamilyPlan => {
        let next = 1;
        const spans = stretches.map(([size, gap, verdict]): Span => {
          const ranges = rangesOf(Array.from({ length: size }, (_, index) => next + index));
          next += size + gap;
          return { ranges, verdict };
        });
        return { family, newest: next, unresolved: [], spans };
      });
      const [first, ...more] = faults;
      return {
        asOf: 0,
        accepted: [],
        hold: first === undefined ? undefined : { cause: 'unreadable', problems: [first, ...more] },
        families: plans,
        toDeregister: plans.flatMap(({ family, spans }) =>
          spans
            .filter(({ verdict }) => verdict.verdict === 'deregister')
            .flatMap(({ ranges }) => Array.from(numbersIn(ranges), (number) => ({ family, number }))),
        ),
      };
    });

const verdict = (held: boolean): fc.Arbitrary<Verdict> =>
  fc.oneof(
    keep,
    held
      ? fc.constant<Verdict>({ verdict: 'hold', cause: 'unreadable' })
      : fc.constantFrom<Verdict>({ verdict: 'deregister' }, { verdict: 'deferred' }),
  );

const stop = fc.option(
  fc.record<Stop>({
    by: fc.constantFrom('abort', 'hold', 'time', 'throttled', 'interrupted', 'paused', 'unapproved'),
    reason: hostile,
    remedy: hostile,
  }),
  { nil: undefined },
);

/** Gives every planned revision one result. */
const doneOf = ({ toDeregister }: Plan): fc.Arbitrary<ApplyResults> =>
  fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 9 }), {
        minLength: toDeregister.length,
        maxLength: toDeregister.length,
      }),
      stop,
      hostile,
      fc.array(reference(toDeregister[0] ?? { family: 'web', number: 1 }), {
        maxLength: toDeregister.length > 0 ? 12 : 0,
      }),
    )
    .map(([fates, stop, text, stranded]) => {
      const of = (...which: number[]) => toDeregister.filter((_, index) => which.includes(fates[index] ?? 0));
      return {
        deregistered: of(0, 1, 2, 3, 4, 5),
        notReached: of(6),
        alreadyInactive: of(7),
        skipped: of(8).map((revision) => ({ revision, reason: text })),
        failed: of(9).map((revision) => ({ revision, reason: 'AWS refused it', answer: text })),
        stop,
        lateReferences: stranded,
      };
    });

const nothing: ApplyResults = {
  deregistered: [],
  notReached: [],
  alreadyInactive: [],
  skipped: [],
  failed: [],
  stop: undefined,
  lateReferences: [],
};

const someRevision = fc.record<Revision>({ family: familyName, number: fc.integer({ min: 1, max: 999 }) });

const deletions = fc.record<DeletionSummary>({
  deleted: fc.uniqueArray(someRevision, {
    maxLength: 30,
    selector: ({ family, number }) => `${family}:${number}`,
  }),
  alreadyDeleted: fc.array(someRevision, { maxLength: 3 }),
  kept: fc.array(fc.record({ revision: someRevision, reason: hostile }), { maxLength: 4 }),
  failed: fc.array(fc.record({ revision: someRevision, reason: hostile, answer: hostile }), { maxLength: 3 }),
  stop: fc.option(
    fc.record<Stop>({
      by: fc.constantFrom('abort', 'hold', 'time', 'throttled'),
      reason: hostile,
      remedy: hostile,
    }),
    { nil: undefined },
  ),
  waiting: fc.nat(),
  atLeast: fc.boolean(),
  scope: fc.constantFrom('own' as const, 'all' as const),
  inactive: fc.option(
    fc.record({
      revisions: fc.nat(),
      others: fc.option(fc.nat(), { nil: undefined }),
      atLeast: fc.boolean(),
    }),
    { nil: undefined },
  ),
  problems: fc.array(fault, { maxLength: 3 }),
});

const moment = fc.integer({ min: 0, max: 4e12 });
const approval = fc.record<Approval>({
  plan: fc.stringMatching(/^[0-9a-f]{64}$/),
  revisions: fc.nat(100_000),
  askedAt: moment,
  until: moment,
  // A report with results has its answer.
  answer: fc.record({
    outcome: fc.constantFrom('approved' as const, 'declined', 'expired', 'refused'),
    by: fc.option(who, { nil: undefined }),
    at: fc.option(moment, { nil: undefined }),
    reason: fc.option(hostile, { nil: undefined }),
    seenAt: moment,
  }),
});

export const anyReport: fc.Arbitrary<Report> = fc
  .record({ held: fc.boolean(), dryRun: fc.boolean() })
  .chain(({ held, dryRun }) => fc.tuple(aPlan(held), fc.constant(dryRun)))
  .chain(([plan, dryRun]) =>
    fc.record<ReportInput>({
      approval: fc.option(approval, { nil: undefined, freq: 3 }),
      run: fc.record({
        id: fc.uuid(),
        version: fc.constant('0.1.0'),
        settingsDigest: fc.constant('3f2a9c01d4e5'),
        dryRun: fc.constant(dryRun),
        beganAt: fc.integer({ min: 0, max: 4e12 }),
        tookMs: fc.integer({ min: 0, max: 9e6 }),
        where: fc.option(place, { nil: undefined }),
        window: fc.option(
          fc.oneof(
            fc.record({ waited: fc.constant(true as const), until: fc.integer({ min: 0, max: 4e12 }) }),
            fc.record({
              waited: fc.constant(false as const),
              why: fc.constantFrom('no-wait' as const, 'not durable', 'interrupted', 'stopped'),
            }),
          ),
          { nil: undefined },
        ),
        passes: fc.option(fc.nat(40), { nil: undefined }),
        resumed: fc.option(fc.nat(3), { nil: undefined }),
        before: fc.oneof(
          { weight: 5, arbitrary: fc.constant(undefined) },
          {
            weight: 1,
            arbitrary: fc.record({
              id: fc.oneof(fc.uuid(), hostile),
              beganAt: fc.integer({ min: 0, max: 4e12 }),
              deregistered: fc.nat(2),
            }),
          },
        ),
      }),
      target: fc.option(
        fc.record({
          account: fc.constant('123456789012'),
          region: fc.constantFrom('eu-west-1', 'ap-southeast-4', 'us-gov-west-1', 'us-iso-east-1'),
          partition: fc.constant('aws'),
        }),
        { nil: undefined },
      ),
      plan: fc.option(fc.constant(plan), { nil: undefined, freq: 9 }),
      results: dryRun ? fc.constant(nothing) : doneOf(plan),
      deletions: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: deletions }),
      // Each of these needs an action, and most reports need none.
      danglingReferences: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(
            fc.record({
              reference: fc
                .tuple(familyName, fc.integer({ min: 1, max: 999 }))
                .chain(([family, number]) => reference({ family, number })),
              status: fc.constantFrom<DanglingReference['status']>('INACTIVE', 'DELETE_IN_PROGRESS', 'missing'),
              newest: fc.option(fc.nat(), { nil: undefined }),
            }),
            { maxLength: 4 },
          ),
        },
      ),
      readings: fc.array(
        fc.record({ part: hostile, tookMs: fc.nat(), calls: fc.nat(), throttled: fc.nat(), items: fc.nat() }),
        { maxLength: 12 },
      ),
      unread: fc.array(
        fc.record({ name: hostile, reason: fc.oneof(hostile, fc.constant('not read by this version')) }),
        { maxLength: 40 },
      ),
      notes: fc.array(hostile, { maxLength: 8 }),
      failure: fc.option(fc.record({ operation: hostile, reason: hostile, remedy: hostile }), {
        nil: undefined,
        freq: 2,
      }),
      unmatched: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(hostile, { maxLength: 3 }) },
      ),
      clockAheadMs: fc.integer({ min: -1e6, max: 1e6 }),
      asks: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(fc.record({ problem: hostile, remedy: hostile }), { maxLength: 2 }),
        },
      ),
      cap: fc.integer({ min: 1, max: 300 }),
      agesUnfinished: fc.boolean(),
    }),
  )
  .map(buildReport);

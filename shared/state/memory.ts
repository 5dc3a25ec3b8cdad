// What never changes need not be read every night: what immutable members of sources (a published version, a service
// revision) name is kept here. It saves calls and nothing else, so that whatever is odd about it is as if it were not there.
import * as z from 'zod';
import type { Finding, Registration } from '../evidence.ts';
import type { Target } from '../revision.ts';
import type { RecordKind } from './records.ts';

export interface Immutable {
  readonly changed: 'never';
  readonly readAt: number;
  readonly findings: readonly Finding[];
  readonly missed?: readonly number[];
}

const text = z.string();
const revision = z.looseObject({ family: text, number: z.int().min(1) });
const schedule = z.looseObject({
  expression: text,
  timeZone: text.optional(),
  from: z.number().optional(),
  until: z.number().optional(),
});
const named = { source: text, who: text };
export const findingSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('reference'),
    ...named,
    use: z.enum(['runs', 'ran', 'deploys', 'rolls back to', 'starts', 'holds', 'mentions']),
    isShort: z.literal(true).optional(),
    what: z.discriminatedUnion('kind', [
      z.looseObject({ kind: z.literal('revision'), ...revision.shape }),
      z.looseObject({ kind: z.literal('floating'), family: text }),
    ]),
    via: z.array(text).optional(),
    paused: text.optional(),
    schedule: schedule.optional(),
    computed: text.optional(),
  }),
  z.looseObject({
    kind: z.literal('unknown'),
    ...named,
    says: text,
    means: z.discriminatedUnion('kind', [
      z.looseObject({ kind: z.literal('pattern'), parts: z.array(text).min(2) }),
      z.looseObject({ kind: z.literal('services'), services: z.array(text) }),
    ]),
    registersFirst: z.literal(true).optional(),
  }),
  z.looseObject({ kind: z.literal('unchecked'), ...named, why: text, next: text.optional() }),
  z.looseObject({ kind: z.literal('used'), ...named, what: revision, at: z.number() }),
  z.looseObject({ kind: z.literal('rollout'), ...named, lowest: z.array(revision) }),
  z.looseObject({ kind: z.literal('ends'), ...named, at: z.number() }),
]);
/** What runs know for good. */
export interface Known {
  readonly members: ReadonlyMap<string, Immutable>;
  /** By name: `web:7`. */
  readonly registrations: ReadonlyMap<string, Registration>;
}

/** Of what a finding is. Findings of another format say another thing, also where the program's version is the same. */
const FORMAT = 4;
const digest = z.int().min(0).max(0xffff_ffff);
const file = z.strictObject({
  format: z.literal(FORMAT),
  version: text,
  members: z.array(z.tuple([text, z.number(), z.array(findingSchema), z.array(digest)])),
  /** Who registers is the same few for all: each by its place in this list. */
  registrars: z.array(text),
  registrations: z.array(z.tuple([text, z.number(), z.int().min(-1)])),
});

/** @param version of this program: another one may read a definition better, and must read it anew */
export function memoryRecord({ account, region }: Target, version: string): RecordKind<Known> {
  return {
    key: `${account}/${region}/immutable.json`,
    parse(body) {
      const parsed = file.safeParse(json(body));
      if (!parsed.success || parsed.data.version !== version) return nothing;
      const { members, registrars, registrations } = parsed.data;
      return {
        members: new Map(
          members.map(([key, readAt, findings, missed]): [string, Immutable] => [
            key,
            { changed: 'never' as const, readAt, findings: findingsIn(findings), missed },
          ]),
        ),
        registrations: new Map(registrations.map(([name, at, by]) => [name, { at, by: registrars[by] }])),
      };
    },
    print({ members, registrations }) {
      const registrars = [...new Set(Array.from(registrations.values(), ({ by }) => by))];
      const known = registrars.filter((by) => by !== undefined);
      const placeOf = new Map(known.map((by, place) => [by, place]));
      return JSON.stringify({
        format: FORMAT,
        version,
        members: Array.from(members, ([key, { readAt, findings, missed = [] }]) => [
          key,
          readAt,
          findings,
          missed,
        ]),
        registrars: known,
        registrations: Array.from(registrations, ([name, { at, by }]) => [
          name,
          at,
          by === undefined ? -1 : (placeOf.get(by) ?? -1),
        ]),
      });
    },
    join: together,
  };
}

const nothing: Known = { members: new Map(), registrations: new Map() };

/** What either knows; the first where both do. */
export function together(ours: Known, theirs: Known): Known {
  return {
    members: new Map([...theirs.members, ...ours.members]),
    registrations: new Map([...theirs.registrations, ...ours.registrations]),
  };
}

function findingsIn(list: readonly object[]): Finding[] {
  return list.filter(isFinding);
}

/** The schema has let it through, so that it has the type that the schema describes: this says so to the compiler. */
export function isFinding(one: object): one is Finding {
  return 'kind' in one;
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

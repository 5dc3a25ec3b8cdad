// What never changes need not be read every night: what immutable members of sources (a published version, a service
// revision) name is kept here. It saves calls and nothing else, so that whatever is odd about it is as if it were not there.
import * as z from 'zod';
import type { Finding, Registration } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { identifier, listOf, mapOf, time } from './fields.ts';
import { finding } from './finding-schema.ts';
import type { RecordKind } from './records.ts';

export interface Immutable {
  readonly changed: 'never';
  readonly readAt: number;
  readonly findings: readonly Finding[];
  readonly missed?: readonly number[];
}

/** What runs know for good. */
export interface Known {
  readonly members: ReadonlyMap<string, Immutable>;
  /** By name: `web:7`. */
  readonly registrations: ReadonlyMap<string, Registration>;
}

const digest = z.int().min(0).max(0xffff_ffff);
/** Findings of another format say another thing, also where the program's version is the same. */
const FORMAT = 6;
/** The members of findings had other names. What it remembers is read from AWS again. */
const OLD_FORMAT = 5;

function schemaFor(version: string) {
  return z
    .strictObject({
      version: identifier,
      members: mapOf(
        identifier,
        z
          .tuple([time, listOf(finding), listOf(digest)])
          .transform(([readAt, findings, missed]): Immutable => ({
            changed: 'never',
            readAt,
            findings,
            missed,
          })),
      ),
      /** Who registers is the same few for all: each by its place in this list. */
      registrars: listOf(identifier),
      registrations: mapOf(identifier, z.tuple([time, z.int().min(-1)])),
    })
    .transform(({ version: by, members, registrars, registrations }): Known => {
      if (by !== version) return nothing;
      const all = Array.from(registrations, ([name, [at, place]]): [string, Registration] => [
        name,
        { at, by: registrars[place] },
      ]);
      return { members, registrations: new Map(all) };
    });
}

/** @param version of this program: another one may read a definition better, and must read it anew */
export function memoryRecord({ account, region }: Target, version: string): RecordKind<Known> {
  return {
    name: 'memory',
    key: `${account}/${region}/immutable.json`,
    format: FORMAT,
    schemas: { [OLD_FORMAT]: z.unknown().transform(() => nothing), [FORMAT]: schemaFor(version) },
    longest: 64_000_000,
    toJson({ members, registrations }) {
      const registrars = [...new Set(Array.from(registrations.values(), ({ by }) => by))];
      const known = registrars.filter((by) => by !== undefined);
      const placeOf = new Map(known.map((by, place) => [by, place]));
      return {
        version,
        members: Array.from(members, ([key, { readAt, findings, missed = [] }]) => [
          key,
          [readAt, findings, missed],
        ]),
        registrars: known,
        registrations: Array.from(registrations, ([name, { at, by }]) => [
          name,
          [at, by === undefined ? -1 : (placeOf.get(by) ?? -1)],
        ]),
      };
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

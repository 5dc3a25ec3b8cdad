// The record of facts that never change: the references of immutable members (a published version, a service revision) and
// when each revision was registered. It only saves calls, so a damaged record counts as absent.
import * as z from 'zod';
import type { Finding, Registration } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { familyDigest, identifier, listOf, mapOf, time } from './fields.ts';
import { finding } from './finding-schema.ts';
import type { MergeableRecord } from './records.ts';

export interface ImmutableMember {
  readonly changed: 'never';
  readonly readAt: number;
  readonly findings: readonly Finding[];
  readonly missed?: readonly number[];
}

export interface ImmutableFacts {
  readonly members: ReadonlyMap<string, ImmutableMember>;
  /** By name: `web:7`. */
  readonly registrations: ReadonlyMap<string, Registration>;
}

/** Changes with the form of findings, even where the program's version stays. */
const FORMAT = 6;
/** Its findings have other member names. The next run reads its content from AWS again. */
const OLD_FORMAT = 5;

const nothing: ImmutableFacts = { members: new Map(), registrations: new Map() };

function schemaFor(version: string) {
  return z
    .strictObject({
      version: identifier,
      members: mapOf(
        identifier,
        z
          .tuple([time, listOf(finding), listOf(familyDigest)])
          .transform(([readAt, findings, missed]): ImmutableMember => ({ changed: 'never', readAt, findings, missed })),
      ),
      /** A few principals register everything: each registration refers to one by its index. */
      registrars: listOf(identifier),
      registrations: mapOf(identifier, z.tuple([time, z.int().min(-1)])),
    })
    .transform(({ version: by, members, registrars, registrations }): ImmutableFacts => {
      if (by !== version) return nothing;
      const all = Array.from(registrations, ([name, [at, index]]): [string, Registration] => [
        name,
        { at, by: registrars[index] },
      ]);
      return { members, registrations: new Map(all) };
    });
}

/** @param version of this program: another version may understand a definition better, so it reads the definition again */
export function immutableFactsRecord({ account, region }: Target, version: string): MergeableRecord<ImmutableFacts> {
  return {
    name: 'memory',
    key: `${account}/${region}/immutable.json`,
    format: FORMAT,
    schemas: { [OLD_FORMAT]: z.unknown().transform(() => nothing), [FORMAT]: schemaFor(version) },
    toJson({ members, registrations }) {
      const registrars = [...new Set(Array.from(registrations.values(), ({ by }) => by))];
      const known = registrars.filter((by) => by !== undefined);
      const indexes = new Map(known.map((by, index) => [by, index]));
      return {
        version,
        members: Array.from(members, ([key, { readAt, findings, missed = [] }]) => [key, [readAt, findings, missed]]),
        registrars: known,
        registrations: Array.from(registrations, ([name, { at, by }]) => [
          name,
          [at, by === undefined ? -1 : (indexes.get(by) ?? -1)],
        ]),
      };
    },
    merge: mergeImmutableFacts,
  };
}

/** If both have a fact, the fact of this run wins. */
export function mergeImmutableFacts(ours: ImmutableFacts, theirs: ImmutableFacts): ImmutableFacts {
  return {
    members: new Map([...theirs.members, ...ours.members]),
    registrations: new Map([...theirs.registrations, ...ours.registrations]),
  };
}

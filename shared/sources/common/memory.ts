// Remembers what a run need not read again: members of a source by the date of their last change, and immutable items.
// It lives as long as the run; the state store keeps what is worth more than one night.
import type { Service } from '@aws-sdk/client-ecs';
import type { Ages, Finding, Registration } from '../../domain/evidence.ts';
import { digestOf } from '../../domain/mentions.ts';
import type { InUse } from './revisions-in-use.ts';
import { isAmong, nameOf, type Ranges, type Revision } from '../../domain/revision.ts';

/** When a member was last changed, in milliseconds since the epoch; `never` for what is immutable. */
export type ChangedAt = number | 'never';

export interface RememberedMember {
  readonly changed: ChangedAt;
  /** When its reading began, by the slower of the local clock and AWS's, in milliseconds since the epoch. */
  readonly readAt: number;
  readonly findings: readonly Finding[];
  /** Digests of the families that it would mention by a short name, had they an ACTIVE revision. */
  readonly missed?: readonly number[];
}

/** More short names than any definition contains, except one with a list of addresses. It is read anew every night. */
const MOST_MISSED = 1_000;

/** AWS gives dates to the second. A member that was read this soon after a change may have changed again under the
 *  same date. */
const DOUBTFUL_MS = 10_000;

export class Memory {
  readonly #members = new Map<string, RememberedMember>();
  /** Members that this run has recalled or read. The others no longer exist. */
  readonly #met = new Set<string>();
  /** Members that this run has read itself. */
  readonly #read = new Set<string>();
  #digests: { readonly of: Memory['inventory']; readonly all: ReadonlySet<number> } | undefined;
  /** The services of the last reading, for the sources that read more about each. Keyed by an ARN with the cluster:
   *  two services may share the ARN that AWS gives. */
  services: ReadonlyMap<string, Service> = new Map();
  /** The stacks, by ARN, that hold or receive task definitions. */
  readonly ecsStacks = new Set<string>();
  /** The services, by ARN, for which CodeDeploy has an unreadable AppSpec. Whether they exist decides what it holds. */
  codeDeployServices: ReadonlySet<string> = new Set();
  /** Those of them that do not exist. */
  missingServices: ReadonlySet<string> = new Set();
  /** Facts about each service, by source and service, with the service's state at that time. For this run only. */
  readonly ofServices = new Map<string, { readonly looked: string; readonly findings: readonly Finding[] }>();
  /** The revisions that the readings so far show to be in use. */
  inUse: readonly InUse[] = [];
  /** The number of clusters in the last listing. */
  clusters = 0;
  /** Read once a run: newer revisions are never touched, and dates do not change. */
  inventory: ReadonlyMap<string, Ranges> | undefined;
  ages: ReadonlyMap<string, Ages> | undefined;

  readonly #registrations = new Map<string, Map<number, Registration>>();

  constructor(
    known: Iterable<readonly [string, RememberedMember]> = [],
    registrations: Iterable<readonly [string, Registration]> = [],
  ) {
    for (const [key, remembered] of known) this.#members.set(key, remembered);
    for (const [name, registration] of registrations) this.register(revisionOf(name), registration);
  }

  /** When and by whom it was registered, if any reading has described it. */
  registration(revision: Revision): Registration | undefined {
    return this.registrationsOf(revision.family).get(revision.number);
  }

  registrationsOf(family: string): ReadonlyMap<number, Registration> {
    return this.#registrations.get(family) ?? new Map();
  }

  register({ family, number }: Revision, registration: Registration): void {
    const known = this.#registrations.get(family) ?? new Map<number, Registration>();
    this.#registrations.set(family, known.set(number, registration));
  }

  *#allRegistrations(): Generator<readonly [Revision, Registration], void> {
    for (const [family, known] of this.#registrations)
      for (const [number, registration] of known) yield [{ family, number }, registration];
  }

  /** The registrations of ACTIVE revisions, for later nights. */
  registrations(): Map<string, Registration> {
    const active = this.#allRegistrations().filter(([{ family, number }]) =>
      isAmong(number, this.inventory?.get(family)),
    );
    return new Map(active.map(([revision, registration]) => [nameOf(revision), registration]));
  }

  /** @param key the source's name and the member's ARN */
  recall(key: string, changed: ChangedAt | undefined): readonly Finding[] | undefined {
    const known = this.#members.get(key);
    this.#met.add(key);
    if (known === undefined || changed === undefined || known.changed !== changed) return undefined;
    if (changed !== 'never' && known.readAt - changed < DOUBTFUL_MS) return undefined;
    // The families were compared with this run's inventory when this run read the member.
    const { findings, missed = [] } = known;
    return !this.#read.has(key) && missed.some((digest) => this.#families().has(digest)) ? undefined : findings;
  }

  /** @param readAt when the reading began
   *  @param missed digests of the families that it would mention, had they an ACTIVE revision */
  remember(
    key: string,
    changed: ChangedAt | undefined,
    readAt: number,
    findings: readonly Finding[],
    missed: Iterable<number> = [],
  ): void {
    this.#met.add(key);
    this.#read.add(key);
    const digests = [...missed];
    if (changed === undefined) this.#members.delete(key);
    else this.#members.set(key, { changed, readAt, findings, ...(digests.length === 0 ? {} : { missed: digests }) });
  }

  missed(key: string): readonly number[] {
    return this.#members.get(key)?.missed ?? [];
  }

  #families(): ReadonlySet<number> {
    const { inventory } = this;
    if (this.#digests?.of !== inventory)
      this.#digests = { of: inventory, all: new Set(inventory?.keys().map(digestOf)) };
    return this.#digests?.all ?? new Set();
  }

  /** The immutable members of this run, for later nights. */
  immutable(): Map<string, RememberedMember & { readonly changed: 'never' }> {
    const kept = new Map<string, RememberedMember & { readonly changed: 'never' }>();
    for (const [key, { changed, ...rest }] of this.#members)
      if (changed === 'never' && this.#met.has(key) && this.missed(key).length <= MOST_MISSED)
        kept.set(key, { ...rest, changed });
    return kept;
  }

  readAt(key: string): number | undefined {
    return this.#members.get(key)?.readAt;
  }

  /** Everything that a later step of this run need not read again, as plain JSON. */
  carried(): CarriedMemory {
    const { inventory, ages } = this;
    return {
      members: [...this.#members],
      registrations: Array.from(this.#allRegistrations(), ([revision, one]) => [nameOf(revision), one] as const),
      ofServices: [...this.ofServices],
      clusters: this.clusters,
      ecsStacks: [...this.ecsStacks],
      ...(inventory === undefined ? {} : { inventory: [...inventory] }),
      ...(ages === undefined ? {} : { ages: Array.from(ages, ([family, one]) => [family, toJson(one)]) }),
    };
  }

  static from({ members, registrations, ofServices, clusters, ecsStacks, inventory, ages }: CarriedMemory): Memory {
    const memory = new Memory(members, registrations);
    for (const [key, known] of ofServices) memory.ofServices.set(key, known);
    memory.clusters = clusters;
    for (const arn of ecsStacks) memory.ecsStacks.add(arn);
    memory.inventory = inventory === undefined ? undefined : new Map(inventory);
    memory.ages = ages === undefined ? undefined : new Map(ages.map(([family, one]) => [family, fromJson(one)]));
    return memory;
  }
}

/** @param name as `web:7` */
function revisionOf(name: string): Revision {
  const colon = name.lastIndexOf(':');
  return { family: name.slice(0, colon), number: Number(name.slice(colon + 1)) };
}

export interface CarriedMemory {
  readonly members: readonly (readonly [string, RememberedMember])[];
  readonly registrations: readonly (readonly [string, Registration])[];
  readonly ofServices: readonly (readonly [
    string,
    { readonly looked: string; readonly findings: readonly Finding[] },
  ])[];
  readonly clusters: number;
  readonly ecsStacks: readonly string[];
  readonly inventory?: readonly (readonly [string, Ranges])[];
  readonly ages?: readonly (readonly [string, CarriedAges])[];
}

/** JSON has no Infinity: `youngFrom` is left out for it, and `newestAt` becomes a word. */
type CarriedAges = Omit<Ages, 'youngFrom' | 'newestAt'> & {
  readonly youngFrom?: number;
  readonly newestAt?: number | 'unknown';
};

function toJson({ youngFrom, newestAt, ...ages }: Ages): CarriedAges {
  return {
    ...ages,
    ...(Number.isFinite(youngFrom) ? { youngFrom } : {}),
    ...(newestAt === undefined ? {} : { newestAt: Number.isFinite(newestAt) ? newestAt : 'unknown' }),
  };
}

function fromJson({ youngFrom = Infinity, newestAt, ...ages }: CarriedAges): Ages {
  const newest = newestAt === 'unknown' ? Infinity : newestAt;
  return { ...ages, youngFrom, ...(newest === undefined ? {} : { newestAt: newest }) };
}

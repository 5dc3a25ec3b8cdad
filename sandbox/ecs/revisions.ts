/**
 * The account's task definition revisions by family, status and number. An account can have a hundred thousand, so
 * each family has a sorted list for each status, and a page costs only its own items.
 */
import type { TaskDefinition, TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import type { Sequence } from '../sequence.ts';
import type { Arns } from './arns.ts';

export type Revision = TaskDefinition & {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  status: TaskDefinitionStatus;
};

interface Family {
  readonly name: string;
  /** The highest number so far. AWS never reuses a number, even after it deletes the revision. */
  issued: number;
  readonly byNumber: Map<number, Revision>;
  readonly byStatus: Record<TaskDefinitionStatus, Revision[]>;
}

/**
 * How long AWS may accept a deregistered revision: developer guide, "Deregistering an Amazon ECS task definition
 * revision". The sandbox uses all of it, the worst case for a pruner.
 */
export const INACTIVE_WINDOW_MS = 10 * 60_000;

export class Revisions {
  readonly #families = new Map<string, Family>();
  readonly #names: string[] = [];
  readonly #arns: Arns;
  readonly #clock: Clock;

  constructor(arns: Arns, clock: Clock) {
    this.#arns = arns;
    this.#clock = clock;
  }

  /** The number of the family's next revision. */
  nextNumber(family: string): number {
    return (this.#families.get(family)?.issued ?? 0) + 1;
  }

  add(revision: Revision): void {
    const family = this.remember(revision.family, revision.revision);
    if (family.byNumber.has(revision.revision))
      throw new TypeError(`${revision.family}:${revision.revision} exists twice`);
    family.byNumber.set(revision.revision, revision);
    insertSorted(family.byStatus[revision.status], revision);
  }

  /** Records a number of a family. Its revision may already be deleted. */
  remember(name: string, issued: number): Family {
    const family = this.#families.get(name) ?? {
      name,
      issued: 0,
      byNumber: new Map<number, Revision>(),
      byStatus: { ACTIVE: [], INACTIVE: [], DELETE_IN_PROGRESS: [] },
    };
    if (!this.#families.has(name)) {
      this.#families.set(name, family);
      this.#names.splice(
        bisect(this.#names, (other) => other < name),
        0,
        name,
      );
    }
    family.issued = Math.max(family.issued, issued);
    return family;
  }

  move(revision: Revision, to: TaskDefinitionStatus): void {
    const family = this.remember(revision.family, revision.revision);
    removeSorted(family.byStatus[revision.status], revision);
    revision.status = to;
    insertSorted(family.byStatus[to], revision);
  }

  forget(revision: Revision): void {
    const family = this.remember(revision.family, revision.revision);
    removeSorted(family.byStatus[revision.status], revision);
    family.byNumber.delete(revision.revision);
  }

  /**
   * Finds a revision by ARN or `family:revision`. A bare family means its newest ACTIVE revision, as everywhere in
   * ECS.
   */
  find(name: string): Revision | undefined {
    const short = this.#arns.short('task-definition', name);
    if (short === undefined) return undefined;
    const colon = short.lastIndexOf(':');
    if (colon === -1) return this.#families.get(short)?.byStatus.ACTIVE.at(-1);
    const number = short.slice(colon + 1);
    if (!/^[1-9]\d*$/.test(number)) return undefined;
    return this.#families.get(short.slice(0, colon))?.byNumber.get(Number(number));
  }

  /**
   * The revision for a new task or deployment. It must be ACTIVE, or INACTIVE within the window. AWS documents no
   * window for DELETE_IN_PROGRESS.
   */
  startable(name: string | undefined, refusal: 'ClientException' | 'InvalidParameterException'): Revision {
    const revision = name === undefined ? undefined : this.find(name);
    if (revision === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
    const elapsedMs = this.#clock.now() - (revision.deregisteredAt?.getTime() ?? 0);
    if (revision.status === 'ACTIVE' || (revision.status === 'INACTIVE' && elapsedMs < INACTIVE_WINDOW_MS))
      return revision;
    throw new AwsError(refusal, 'TaskDefinition is inactive');
  }

  /** ARNs by family in code point order, then by number, or all of it in reverse. */
  list(status: TaskDefinitionStatus, family: string | undefined, newestFirst: boolean): Sequence<string> {
    return (from, count) => {
      const names = family === undefined ? this.#names : [family];
      const page: string[] = [];
      let skip = from;
      for (let index = 0; index < names.length && page.length < count; index += 1) {
        const name = names[newestFirst ? names.length - 1 - index : index] ?? '';
        const revisions = this.#families.get(name)?.byStatus[status] ?? [];
        for (let at = skip; at < revisions.length && page.length < count; at += 1) {
          const revision = revisions[newestFirst ? revisions.length - 1 - at : at];
          if (revision !== undefined) page.push(revision.taskDefinitionArn);
        }
        skip = Math.max(0, skip - revisions.length);
      }
      return page;
    };
  }

  /** All families in code point order, with the number of revisions in each status. */
  families(): { name: string; active: number; inactive: number; deleting: number }[] {
    return this.#names.flatMap((name) => {
      const by = this.#families.get(name)?.byStatus;
      if (by === undefined) return [];
      const { ACTIVE, INACTIVE, DELETE_IN_PROGRESS } = by;
      return [{ name, active: ACTIVE.length, inactive: INACTIVE.length, deleting: DELETE_IN_PROGRESS.length }];
    });
  }

  /** All revisions of any status, by family and number. */
  *all(): Generator<Revision> {
    for (const name of this.#names) yield* this.#families.get(name)?.byNumber.values() ?? [];
  }
}

/** Binary search for the first item that is not before the wanted position. */
function bisect<Item>(sorted: readonly Item[], isBefore: (item: Item) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const indexOf = (sorted: readonly Revision[], { revision }: Revision) =>
  bisect(sorted, (other) => other.revision < revision);

function insertSorted(sorted: Revision[], revision: Revision): void {
  sorted.splice(indexOf(sorted, revision), 0, revision);
}

function removeSorted(sorted: Revision[], revision: Revision): void {
  const at = indexOf(sorted, revision);
  if (sorted[at] === revision) sorted.splice(at, 1);
}

import type { Tag } from '@aws-sdk/client-ecs';

export class Tags {
  readonly #byArn = new Map<string, Tag[]>();

  of(arn: string): Tag[] {
    return [...(this.#byArn.get(arn) ?? [])];
  }

  add(arn: string, tags: readonly Tag[] | undefined): void {
    if (tags === undefined || tags.length === 0) return;
    const keys = new Set(tags.map(({ key }) => key));
    const kept = this.of(arn).filter(({ key }) => !keys.has(key));
    this.#byArn.set(arn, [...kept, ...tags]);
  }

  remove(arn: string, keys: readonly string[]): void {
    const tags = this.#byArn.get(arn);
    if (tags !== undefined)
      this.#byArn.set(
        arn,
        tags.filter(({ key }) => key === undefined || !keys.includes(key)),
      );
  }

  /** Forgets a resource that is gone, tags and all. */
  forget(arn: string): void {
    this.#byArn.delete(arn);
  }

  /** Everything that has or once had tags, in the order in which it got them. */
  everTagged(): IterableIterator<[string, Tag[]]> {
    return this.#byArn.entries();
  }
}

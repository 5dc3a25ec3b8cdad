import type { Tag } from '@aws-sdk/client-ecs';

export class Tags {
  readonly #byArn = new Map<string, Tag[]>();

  of(arn: string): Tag[] {
    return [...(this.#byArn.get(arn) ?? [])];
  }

  /** The `tags` member of an answer, if the request includes TAGS. */
  ifIncluded(include: readonly string[], arn: string): { tags?: Tag[] } {
    return include.includes('TAGS') ? { tags: this.of(arn) } : {};
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

  /** Forgets a deleted resource and its tags. */
  forget(arn: string): void {
    this.#byArn.delete(arn);
  }

  /** All resources that have or had a tag, in the order of their first tag. */
  everTagged(): IterableIterator<[string, Tag[]]> {
    return this.#byArn.entries();
  }
}

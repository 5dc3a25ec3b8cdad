/**
 * Tags of every ECS resource, kept in one place: the describing calls answer them on request (`include: ["TAGS"]`), and
 * the tagging API answers whatever has, or once had, a tag.
 */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';

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

const onResource = ({ resourceArn }: { resourceArn: string | undefined }) => ({
  resources: [resourceArn ?? ''],
});

export const tagOperations: Operations = {
  TagResource: {
    bucket: 'tag-modify',
    actsOn: onResource,
    run({ resourceArn, tags }: TagResourceRequest, { account }) {
      account.tags.add(existing(account.exists(resourceArn), resourceArn), tags);
      return {};
    },
  },
  UntagResource: {
    bucket: 'tag-modify',
    actsOn: onResource,
    run({ resourceArn, tagKeys }: UntagResourceRequest, { account }) {
      account.tags.remove(existing(account.exists(resourceArn), resourceArn), tagKeys ?? []);
      return {};
    },
  },
  ListTagsForResource: {
    bucket: 'tag-read',
    actsOn: onResource,
    run({ resourceArn }: ListTagsForResourceRequest, { account }): ListTagsForResourceResponse {
      return { tags: account.tags.of(existing(account.exists(resourceArn), resourceArn)) };
    },
  },
};

function existing(exists: boolean, arn: string | undefined): string {
  if (exists && arn !== undefined) return arn;
  throw new AwsError('InvalidParameterException', 'The specified resource could not be found.');
}

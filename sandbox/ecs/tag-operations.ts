/** ECS's operations on tags. */
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';

const resourceScope = ({ resourceArn }: { resourceArn: string | undefined }) => ({
  resources: [resourceArn ?? ''],
});

export const tagOperations: Operations = {
  TagResource: {
    bucket: 'tag-modify',
    iamScope: resourceScope,
    run({ resourceArn, tags }: TagResourceRequest, { account }) {
      account.tags.add(existingArn(account, resourceArn), tags);
      return {};
    },
  },
  UntagResource: {
    bucket: 'tag-modify',
    iamScope: resourceScope,
    run({ resourceArn, tagKeys }: UntagResourceRequest, { account }) {
      account.tags.remove(existingArn(account, resourceArn), tagKeys ?? []);
      return {};
    },
  },
  ListTagsForResource: {
    bucket: 'tag-read',
    iamScope: resourceScope,
    run({ resourceArn }: ListTagsForResourceRequest, { account }): ListTagsForResourceResponse {
      return { tags: account.tags.of(existingArn(account, resourceArn)) };
    },
  },
};

export function resourceExists({ revisions, clusters, services, tasks }: AccountStores, arn: string): boolean {
  return (revisions.find(arn) ?? clusters.find(arn) ?? services.byArn(arn) ?? tasks.find(arn)) !== undefined;
}

function existingArn(account: AccountStores, arn: string | undefined): string {
  if (arn !== undefined && resourceExists(account, arn)) return arn;
  throw new AwsError('InvalidParameterException', 'The specified resource could not be found.');
}

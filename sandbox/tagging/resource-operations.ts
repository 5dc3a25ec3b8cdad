/**
 * The Resource Groups Tagging API: which resources have, or once had, tags. What never had a tag is not in it, so it
 * is no inventory of anything.
 */
import type {
  GetResourcesInput,
  ResourceTagMapping,
  TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listOperation } from '../list-operation.ts';
import { sequence } from '../sequence.ts';

export const resourceOperations: Operations = {
  GetResources: listOperation({
    bucket: 'tagging',
    token: 'PaginationToken',
    size: 'ResourcesPerPage',
    items: 'ResourceTagMappingList',
    defaultSize: 50,
    lastToken: '',
    all(input: GetResourcesInput, { account }) {
      const { ResourceTypeFilters = [], TagFilters = [], ResourceARNList } = input;
      if (ResourceARNList !== undefined && (ResourceTypeFilters.length > 0 || TagFilters.length > 0))
        throw new AwsError('InvalidParameterException', 'ResourceARNList excludes filters.');
      if (TagFilters.length > 50 || TagFilters.some(({ Values = [] }) => Values.length > 20))
        throw new AwsError('InvalidParameterException', 'At most 50 tag filters with 20 values each.');
      const found: ResourceTagMapping[] = [];
      for (const [ResourceARN, tags] of account.tags.everTagged()) {
        const Tags = tags.map(({ key = '', value = '' }) => ({ Key: key, Value: value }));
        const wanted =
          isOfType(ResourceARN, ResourceTypeFilters) &&
          TagFilters.every((filter) => matches(Tags, filter)) &&
          (ResourceARNList?.includes(ResourceARN) ?? true);
        if (wanted) found.push({ ResourceARN, Tags });
      }
      return sequence(found);
    },
  }),
};

/** `ecs:task-definition`, or `ecs` for all of a service. */
function isOfType(arn: string, filters: readonly string[]): boolean {
  const [, , service = '', , , resource = ''] = arn.split(':');
  const type = resource.split('/')[0] ?? '';
  return (
    filters.length === 0 || filters.some((filter) => filter === service || filter === `${service}:${type}`)
  );
}

/** Keys are joined by AND, the values of one key by OR; a key without values matches any value. */
function matches(tags: readonly { Key: string; Value: string }[], { Key, Values = [] }: TagFilter): boolean {
  return tags.some((tag) => tag.Key === Key && (Values.length === 0 || Values.includes(tag.Value)));
}

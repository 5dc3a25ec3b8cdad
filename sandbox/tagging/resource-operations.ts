/**
 * The Resource Groups Tagging API: resources that have or had a tag. A resource without any tag ever does not appear,
 * so the API is no inventory.
 */
import type { GetResourcesInput, ResourceTagMapping, TagFilter } from '@aws-sdk/client-resource-groups-tagging-api';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
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
        const isMatch =
          isOfType(ResourceARN, ResourceTypeFilters) &&
          TagFilters.every((filter) => matches(Tags, filter)) &&
          (ResourceARNList?.includes(ResourceARN) ?? true);
        if (isMatch) found.push({ ResourceARN, Tags });
      }
      return sequence(found);
    },
  }),
};

/** `ecs:task-definition` matches one type, `ecs` all types of the service. */
function isOfType(arn: string, filters: readonly string[]): boolean {
  const [, , service = '', , , resource = ''] = arn.split(':');
  const type = resource.split('/')[0] ?? '';
  return filters.length === 0 || filters.some((filter) => filter === service || filter === `${service}:${type}`);
}

/** AND joins keys, OR joins the values of a key. A key without values matches any value. */
function matches(tags: readonly { Key: string; Value: string }[], { Key, Values = [] }: TagFilter): boolean {
  return tags.some((tag) => tag.Key === Key && (Values.length === 0 || Values.includes(tag.Value)));
}

// Finds the revisions that carry a protecting tag, by one query for each key, since the tagging API requires all keys
// of a query on the same resource. This is only an early filter: the API lags and knows only resources that are or were
// tagged, so the tags of each candidate are read again before it is deregistered.
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { protectingTag, splitProtectTag } from '../domain/protect-tag.ts';
import { parseReferenceTarget } from '../domain/revision.ts';
import { readItems } from '../sources/common/pages.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export async function readTags(context: ReadContext, protectTags: readonly string[]) {
  const tagged = new Map<string, Map<number, string>>();
  const reading = await readPart(
    context,
    { part: 'tags', without: 'without: [tags]', isSearched: false },
    async function* (tally) {
      const client = context.aws.client(tally, (settings) => new ResourceGroupsTaggingAPIClient(settings));
      for (const [Key, entries] of Map.groupBy(protectTags, (entry) => splitProtectTag(entry).key)) {
        const values = valuesOf(entries);
        const pages = paginateGetResources(
          { client, pageSize: 100 },
          {
            ResourceTypeFilters: ['ecs:task-definition'],
            TagFilters: [{ Key, ...(values === undefined ? {} : { Values: values }) }],
          },
        );
        for await (const { ResourceARN: arn, Tags: tags = [] } of readItems(
          pages,
          'ResourceTagMappingList',
          'PaginationToken',
          context.outOfTime,
        )) {
          const parsed = parseReferenceTarget(arn ?? '', context.target);
          if (parsed.kind !== 'revision')
            throw new Incomplete(`${arn ?? 'a resource without ARN'} is no revision of this account and Region`);
          // An answer without its tags matches as the query says.
          const carried = tags.map(({ Key: key, Value: value }) => ({ key, value }));
          const hasKey = carried.some(({ key }) => key === Key);
          const entry = hasKey ? protectingTag(entries, carried) : entries[0];
          const numbers = tagged.get(parsed.family) ?? new Map<number, string>();
          if (entry !== undefined && !numbers.has(parsed.number)) numbers.set(parsed.number, entry);
          if (numbers.size > 0) tagged.set(parsed.family, numbers);
          yield [];
        }
      }
    },
  );
  return { tagged, reading };
}

/** The values of one key; undefined where any value matches. The API does not document an empty value, so such
 *  values are picked from all values. */
function valuesOf(entries: readonly string[]): string[] | undefined {
  const values = entries.map((entry) => splitProtectTag(entry).value);
  return values.every((value) => value !== undefined && value !== '')
    ? values.filter((value) => value !== undefined)
    : undefined;
}

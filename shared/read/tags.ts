// Which revisions carry the protecting tag, by one query for the account. It is an early filter only: the tagging API
// follows late and knows only what is or was tagged, so each candidate's tags are read again before it goes.
import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Reading } from '../evidence.ts';
import { parseNaming } from '../revision.ts';
import { itemsOf } from './pages.ts';
import { Incomplete, readPart, type Reader } from './part.ts';

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
export async function readTags(
  reader: Reader,
  protectTag: string,
): Promise<{ tagged: Map<string, Set<number>>; reading: Reading }> {
  const tagged = new Map<string, Set<number>>();
  const reading = await readPart(
    reader,
    { part: 'tags', without: 'without: [tags]', heard: false },
    async function* (tally) {
      const client = reader.aws.client(tally, (settings) => new ResourceGroupsTaggingAPIClient(settings));
      const pages = paginateGetResources(
        { client, pageSize: 100 },
        { ResourceTypeFilters: ['ecs:task-definition'], TagFilters: [{ Key: protectTag }] },
      );
      for await (const { ResourceARN: arn } of itemsOf(
        pages,
        (page) => page.ResourceTagMappingList,
        (page) => page.PaginationToken,
        reader.outOfTime,
      )) {
        const naming = parseNaming(arn ?? '', reader.target);
        if (naming.kind !== 'revision')
          throw new Incomplete(
            `${arn ?? 'a resource without ARN'} is no revision of this account and Region`,
          );
        tagged.set(naming.family, (tagged.get(naming.family) ?? new Set()).add(naming.number));
        yield [];
      }
    },
  );
  return { tagged, reading };
}

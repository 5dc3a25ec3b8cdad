// Searches the parameters of Systems Manager under a path, without secure strings. Loaded only when there is a path to
// search, with the SDK client.
import { paginateGetParametersByPath, type Parameter, SSMClient } from '@aws-sdk/client-ssm';
import type { Tally } from '../../aws/tally.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { FindMentions } from '../../domain/mentions.ts';
import type { ParametersPlace } from '../../domain/search-place.ts';
import { readItems } from '../common/pages.ts';
import { Incomplete } from '../common/incomplete.ts';
import type { ReadContext } from '../common/reader.ts';
import { assertFew, emptyPlace } from './limits.ts';
import { mentionsIn } from './mentions.ts';

/** The listing includes the values, ten a call.
 *  https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export async function* searchParameters(
  { aws, outOfTime, leftOut }: ReadContext,
  tally: Tally,
  { path: Path, written }: ParametersPlace,
  find: FindMentions,
): AsyncGenerator<readonly Finding[]> {
  const client = aws.client(tally, (settings) => new SSMClient(settings));
  const pages = paginateGetParametersByPath(
    { client, pageSize: 10 },
    {
      Path,
      Recursive: true,
      WithDecryption: false,
      ParameterFilters: [{ Key: 'Type', Option: 'Equals', Values: ['String', 'StringList'] }],
    },
  );
  const found = new Map<string, Parameter>(); // a page may come twice
  for await (const one of readItems(pages, 'Parameters', 'NextToken', outOfTime)) {
    if (one.ARN === undefined) throw new Incomplete('a parameter has no ARN');
    found.set(one.ARN, one);
    assertFew(found.size, `parameters under ${written}`, 'Give `search` a longer path.');
  }
  for (const [arn, parameter] of found) if (!leftOut(arn)) yield findingsIn(parameter, arn, find);
  if (found.size === 0) yield [emptyPlace(written)];
}

function findingsIn({ Name, Type, Value }: Parameter, referrer: string, find: FindMentions): Finding[] {
  if (Name === undefined || Value === undefined) throw new Incomplete(`${referrer} is listed without its value`);
  // The filter excludes them. One that AWS sends all the same is not searched.
  if (Type === 'SecureString') return [];
  return mentionsIn(Value, find, { source: 'search', referrer, via: [`parameter ${Name}`] });
}

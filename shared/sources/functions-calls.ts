// Lists Lambda functions. Loaded only when the source is read, with the SDK client.
import { type FunctionConfiguration, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { Tally } from '../aws/tally.ts';
import { readItemsByToken } from './common/pages.ts';
import type { ReadContext } from './common/reader.ts';

/** Lists every version of every function, with its environment.
 *  https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html (fifty a page) */
export function listFunctions({ aws, outOfTime }: ReadContext, tally: Tally): AsyncGenerator<FunctionConfiguration> {
  const client = aws.client(tally, (settings) => new LambdaClient(settings));
  return readItemsByToken(
    (Marker) => client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL', MaxItems: 50, Marker })),
    'Functions',
    'NextMarker',
    outOfTime,
  );
}

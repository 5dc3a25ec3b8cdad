// Reads subscribers of EventBridge's custom event buses, whose targets are those of schedules. There is no JavaScript
// client for them; Cloud Control reads them where the Region knows their type.
import type { ResourceDescription } from '@aws-sdk/client-cloudcontrol';
import type { Finding } from '../domain/evidence.ts';
import { parseJson, TooDeep } from '../domain/json-depth.ts';
import type { Target } from '../domain/revision.ts';
import { readMembers } from './common/read-members.ts';
import { readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import type { Reader } from './common/reader.ts';
import { referencesInCall } from './event-targets.ts';

const source = 'subscribers';
const TypeName = 'AWS::EventsV2::Subscriber';

/** These errors say that the type cannot be read here, not whether subscribers exist.
 *  https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html */
const notReadable: ReadonlySet<string> = new Set(['TypeNotFoundException', 'UnsupportedActionException']);

export const readSubscribers: Reader = async function* (context, tally) {
  const sdk = await import('./subscribers-client.ts');
  const client = context.aws.client(tally, (settings) => new sdk.CloudControlClient(settings));
  try {
    yield* readMembers<ResourceDescription>({
      context,
      tally,
      source,
      list: () =>
        readItems(
          sdk.paginateListResources({ client, pageSize: 100 }, { TypeName }),
          'ResourceDescriptions',
          'NextToken',
          context.outOfTime,
        ),
      arnOf: ({ Identifier }) => Identifier,
      read: async ({ Identifier }, referrer) => {
        const { ResourceDescription: found } = await client.send(new sdk.GetResourceCommand({ TypeName, Identifier }));
        return findingsIn(found, referrer, context.target);
      },
    });
  } catch (error) {
    if (!(error instanceof Error) || !notReadable.has(error.name)) throw error;
    const reason =
      'Cloud Control does not know their type in this Region (https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/supported-resources.html)';
    yield [{ kind: 'unchecked', source, referrer: 'subscribers of custom event buses', reason }];
  }
};

/** Its properties are a JSON text. A value under a task definition's key is started, computed or not. */
function findingsIn(found: ResourceDescription | undefined, referrer: string, target: Target): Finding[] {
  if (found?.Properties === undefined) throw new Incomplete(`${referrer} is described without its properties`);
  let properties: unknown;
  try {
    properties = parseJson(found.Properties);
  } catch (cause) {
    const why = cause instanceof TooDeep ? cause.message : 'no JSON';
    // Without its cause, which quotes them.
    throw new Incomplete(`the properties of ${referrer} are ${why}`);
  }
  return referencesInCall(properties, 'starts', { source, referrer }, target);
}

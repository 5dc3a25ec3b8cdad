/**
 * Subscribers of EventBridge's custom event buses, as Cloud Control shows resources of any type: a listing that need not
 * hold more than identifiers, and the whole of one by its identifier.
 * https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html
 */
import type { GetResourceInput, ListResourcesInput } from '@aws-sdk/client-cloudcontrol';
import { AwsError } from '../errors.ts';
import type { Operation, Operations } from '../operation.ts';
import { TYPE } from './subscribers.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';

/** @throws AwsError where the Region knows no such type */
function demandType(name: string | undefined): void {
  if (name !== TYPE) throw new AwsError('TypeNotFoundException', `The type '${name ?? ''}' cannot be found.`);
}

const list = listing({
  bucket: 'cloudcontrol',
  token: 'NextToken',
  size: 'MaxResults',
  items: 'ResourceDescriptions',
  defaultSize: 20,
  refusals: { token: 'InvalidRequestException', size: 'ValidationException' },
  all({ TypeName }: ListResourcesInput, { account }) {
    demandType(TypeName);
    const all = account.subscribers.all();
    // The handlers of types list identifiers only, as a rule.
    return sequence(
      all.map(({ Identifier = '' }) => ({ Identifier, Properties: JSON.stringify({ Arn: Identifier }) })),
    );
  },
});

/** Cloud Control calls the type's own service in the caller's name, so that its permissions are asked for as well. */
function onBehalf(operation: Operation, action: string): Operation {
  return {
    ...operation,
    run(input, at) {
      at.demand(action, '*');
      return operation.run(input, at);
    },
  };
}

export const cloudControlOperations: Operations = {
  ListResources: onBehalf(
    {
      ...list,
      run: (input: ListResourcesInput, at) => ({ TypeName: input.TypeName, ...list.run(input, at) }),
    },
    'events:ListSubscribers',
  ),

  GetResource: onBehalf(
    {
      bucket: 'cloudcontrol',
      run({ TypeName, Identifier }: GetResourceInput, { account }) {
        demandType(TypeName);
        return { TypeName, ResourceDescription: account.subscribers.named(Identifier) };
      },
    },
    'events:DescribeSubscriber',
  ),
};

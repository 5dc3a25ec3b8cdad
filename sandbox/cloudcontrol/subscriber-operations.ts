/**
 * Subscribers of EventBridge's custom event buses, as Cloud Control shows resources of any type: a listOperation that need not
 * hold more than identifiers, and the whole of one by its identifier.
 * https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html
 */
import type { GetResourceInput, ListResourcesInput } from '@aws-sdk/client-cloudcontrol';
import { AwsError } from '../errors.ts';
import type { Operation, Operations } from '../operation.ts';
import { TYPE } from './subscribers.ts';
import { listOperation } from '../list-operation.ts';
import { sequence } from '../sequence.ts';

/** @throws AwsError where the Region knows no such type */
function validateType(name: string | undefined): void {
  if (name !== TYPE) throw new AwsError('TypeNotFoundException', `The type '${name ?? ''}' cannot be found.`);
}

const list = listOperation({
  bucket: 'cloudcontrol',
  token: 'NextToken',
  size: 'MaxResults',
  items: 'ResourceDescriptions',
  defaultSize: 20,
  errorCodes: { token: 'InvalidRequestException', size: 'ValidationException' },
  all({ TypeName }: ListResourcesInput, { account }) {
    validateType(TypeName);
    const all = account.subscribers.all();
    // The handlers of types list identifiers only, as a rule.
    return sequence(
      all.map(({ Identifier = '' }) => ({ Identifier, Properties: JSON.stringify({ Arn: Identifier }) })),
    );
  },
});

/** Cloud Control calls the type's own service in the caller's name, so that its permissions are asked for as well. */
function withCallerPermission(operation: Operation, action: string): Operation {
  return {
    ...operation,
    run(input, context) {
      context.authorize(action, '*');
      return operation.run(input, context);
    },
  };
}

export const cloudControlOperations: Operations = {
  ListResources: withCallerPermission(
    {
      ...list,
      run: (input: ListResourcesInput, context) => ({
        TypeName: input.TypeName,
        ...list.run(input, context),
      }),
    },
    'events:ListSubscribers',
  ),

  GetResource: withCallerPermission(
    {
      bucket: 'cloudcontrol',
      run({ TypeName, Identifier }: GetResourceInput, { account }) {
        validateType(TypeName);
        return { TypeName, ResourceDescription: account.subscribers.named(Identifier) };
      },
    },
    'events:DescribeSubscriber',
  ),
};

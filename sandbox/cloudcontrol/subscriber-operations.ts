/**
 * Cloud Control's operations on subscribers of custom event buses. Its lists may contain only identifiers; the
 * properties come from GetResource.
 * https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html
 */
import type { GetResourceInput, ListResourcesInput } from '@aws-sdk/client-cloudcontrol';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operation, Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { TYPE } from './subscribers.ts';

/** @throws AwsError for a type that the Region does not have */
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
    // Most resource types list only identifiers.
    return sequence(
      all.map(({ Identifier = '' }) => ({ Identifier, Properties: JSON.stringify({ Arn: Identifier }) })),
    );
  },
});

/** Cloud Control calls the type's own service as the caller, so the caller needs that service's permission too. */
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

/**
 * Systems Manager's operations on parameters. The value of a SecureString is returned as the file states it.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
import type { GetParameterRequest, GetParametersByPathRequest } from '@aws-sdk/client-ssm';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { OperationContext, Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';

export const parameterOperations: Operations = {
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
  GetParameter: {
    bucket: 'get-parameters',
    iamScope: ({ Name = '' }: GetParameterRequest, { parameters }: AccountStores) => ({
      resources: [parameters.arn(Name)],
    }),
    run({ Name = '' }: GetParameterRequest, { account }: OperationContext) {
      const Parameter = account.parameters.named(Name);
      if (Parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
      return { Parameter };
    },
  },
  GetParametersByPath: listOperation({
    bucket: 'get-parameters',
    token: 'NextToken',
    size: 'MaxResults',
    items: 'Parameters',
    defaultSize: 10,
    sizeRange: { from: 1, upto: 10 },
    errorCodes: { token: 'InvalidNextToken', size: 'ValidationException' },
    iamScope: ({ Path = '' }: GetParametersByPathRequest, { parameters }: AccountStores) => ({
      resources: [parameters.arn(Path.replace(/\/$/, ''))],
    }),
    all({ Path = '', Recursive = false, ParameterFilters = [] }: GetParametersByPathRequest, { account }) {
      if (!Path.startsWith('/')) throw new AwsError('ValidationException', 'A path begins with a slash.');
      const types = ParameterFilters.flatMap(({ Key, Option = 'Equals', Values = [] }) => {
        if (Key !== 'Type' || Option !== 'Equals')
          throw new AwsError('InvalidFilterKey', 'The sandbox filters by Type alone.');
        return Values;
      });
      const found = account.parameters
        .under(Path, Recursive)
        .filter(({ Type = 'String' }) => types.length === 0 || types.includes(Type));
      return sequence(found);
    },
  }),
};

/**
 * Parameters of Systems Manager, found by their path. A SecureString is answered encrypted unless its decryption is asked
 * for. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
import type { GetParametersByPathRequest, Parameter } from '@aws-sdk/client-ssm';
import type { Account } from '../account.ts';
import type { Place } from '../ecs/arns.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';

export class Parameters {
  readonly #byName = new Map<string, Parameter & { readonly Name: string }>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  put(parameter: Parameter): void {
    const { Name = '', Type = 'String', Version = 1 } = parameter;
    this.#byName.set(Name, { Version, ...parameter, Type, Name, ARN: this.arn(Name) });
  }

  arn(name: string): string {
    const { partition, region, account } = this.#place;
    return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  }

  under(path: string, isRecursive: boolean): Parameter[] {
    const start = path.endsWith('/') ? path : `${path}/`;
    return [...this.#byName.values()].filter(
      ({ Name }) => Name.startsWith(start) && (isRecursive || !Name.slice(start.length).includes('/')),
    );
  }
}

export const parameterOperations: Operations = {
  GetParametersByPath: listing({
    bucket: 'get-parameters',
    token: 'NextToken',
    size: 'MaxResults',
    items: 'Parameters',
    defaultSize: 10,
    sizes: { from: 1, upto: 10 },
    refusals: { token: 'InvalidNextToken', size: 'ValidationException' },
    actsOn: ({ Path = '' }: GetParametersByPathRequest, { parameters }: Account) => ({
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

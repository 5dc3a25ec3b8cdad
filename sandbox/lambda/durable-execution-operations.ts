/**
 * Lambda's operations for the durable execution SDK: it saves checkpoints and reads the state that did not fit into
 * the event; callback-operations.ts answers callbacks. The sandbox neither creates nor invokes functions.
 */
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  GetDurableExecutionStateRequest,
  GetDurableExecutionStateResponse,
  ListDurableExecutionsByFunctionRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../errors.ts';
import type { IamScope, Operations } from '../operation.ts';
import { arnIn } from '../place.ts';
import { invalid } from './durable-operation.ts';
import { markerOf, positionIn } from './page-marker.ts';

/**
 * IAM evaluates the execution's ARN, not the function's or its version's
 * (https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html)
 */
const iamScope = ({ DurableExecutionArn = '' }: { DurableExecutionArn?: string | undefined }): IamScope => ({
  resources: [DurableExecutionArn],
});

/** The page size; zero means the default. */
const pageItems = { least: 0, byDefault: 100, most: 1000 };

export const durableExecutionOperations: Operations = {
  /** https://docs.aws.amazon.com/lambda/latest/api/API_ListDurableExecutionsByFunction.html */
  ListDurableExecutionsByFunction: {
    iamScope: ({ FunctionName = '' }: ListDurableExecutionsByFunctionRequest, { place }) => ({
      resources: [arnIn(place, 'lambda', `function:${FunctionName}`)],
    }),
    run({ FunctionName = '' }: ListDurableExecutionsByFunctionRequest, { account }) {
      const isKnown = account.functions.all().some((one) => one.FunctionName === FunctionName);
      if (!isKnown) throw new AwsError('ResourceNotFoundException', `Function not found: ${FunctionName}`, 404);
      const Executions = account.durableExecutions.all().map((one) => ({
        DurableExecutionArn: one.arn,
        DurableExecutionName: one.arn.split('/').at(-2),
        FunctionArn: one.functionArn,
        Status: one.status,
        StartTimestamp: new Date(account.now()),
      }));
      return { DurableExecutions: Executions.filter((one) => one.FunctionArn.includes(`:${FunctionName}:`)) };
    },
  },

  CheckpointDurableExecution: {
    iamScope,
    run(input: CheckpointDurableExecutionRequest, { account }): CheckpointDurableExecutionResponse {
      const { DurableExecutionArn, CheckpointToken = '', ClientToken, Updates = [] } = input;
      const execution = account.durableExecutions.named(DurableExecutionArn);
      const { token, changed } = execution.checkpoint(
        {
          token: CheckpointToken,
          updates: Updates,
          ...(ClientToken === undefined ? {} : { client: ClientToken }),
        },
        account.now(),
      );
      return { CheckpointToken: token, NewExecutionState: { Operations: [...changed] } };
    },
  },

  GetDurableExecutionState: {
    iamScope,
    run(input: GetDurableExecutionStateRequest, { account, pageSize }): GetDurableExecutionStateResponse {
      const { DurableExecutionArn, CheckpointToken = '', Marker = '', MaxItems = 0 } = input;
      if (MaxItems < pageItems.least || MaxItems > pageItems.most)
        throw invalid(`MaxItems is between ${pageItems.least} and ${pageItems.most}.`);
      const execution = account.durableExecutions.named(DurableExecutionArn);
      execution.checkToken(CheckpointToken);
      const from = Marker === '' ? 0 : positionIn(Marker);
      if (from === undefined) throw invalid('Invalid Marker.');
      const upto = from + Math.min(MaxItems === 0 ? pageItems.byDefault : MaxItems, pageSize);
      const all = execution.visible();
      return {
        Operations: all.slice(from, upto),
        ...(upto < all.length ? { NextMarker: markerOf(upto) } : {}),
      };
    },
  },
};

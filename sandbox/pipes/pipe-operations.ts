/**
 * EventBridge's operations on pipes. Creating, starting and stopping takes AWS minutes; the sandbox does it at once
 * and moves no events.
 */
import type {
  CreatePipeRequest,
  DescribePipeRequest,
  ListPipesRequest,
  Pipe,
  UpdatePipeRequest,
} from '@aws-sdk/client-pipes';
import type { AccountStores } from '../account-stores.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import type { StoredPipe } from './pipes.ts';

/** The answer of all operations that change a pipe. */
function summarizeState({ Arn, Name, DesiredState, CurrentState, CreationTime, LastModifiedTime }: StoredPipe) {
  const state = DesiredState === 'DELETED' ? undefined : DesiredState;
  return { Arn, Name, DesiredState: state, CurrentState, CreationTime, LastModifiedTime };
}

function summarize(pipe: StoredPipe): Pipe {
  const { StateReason, Source, Target, Enrichment } = pipe;
  return { ...summarizeState(pipe), StateReason, Source, Target, Enrichment };
}

const pipeScope = (input: DescribePipeRequest, { pipes }: AccountStores) => ({
  resources: [pipes.arn(input)],
});

export const pipeOperations: Operations = {
  ListPipes: listOperation({
    bucket: 'pipes',
    token: 'NextToken',
    size: 'Limit',
    items: 'Pipes',
    defaultSize: 100,
    errorCodes: { token: 'InvalidToken', size: 'ValidationException' },
    all(input: ListPipesRequest, { account }) {
      const { NamePrefix = '', SourcePrefix = '', TargetPrefix = '', DesiredState, CurrentState } = input;
      const matching = account.pipes
        .all()
        .filter(
          (pipe) =>
            pipe.Name.startsWith(NamePrefix) &&
            (pipe.Source ?? '').startsWith(SourcePrefix) &&
            (pipe.Target ?? '').startsWith(TargetPrefix) &&
            (DesiredState === undefined || pipe.DesiredState === DesiredState) &&
            (CurrentState === undefined || pipe.CurrentState === CurrentState),
        );
      return sequence(matching.map(summarize));
    },
  }),

  DescribePipe: {
    bucket: 'pipes',
    iamScope: pipeScope,
    run: ({ Name }: DescribePipeRequest, { account }) => account.pipes.named(Name),
  },

  CreatePipe: {
    bucket: 'pipes',
    iamScope: pipeScope,
    run: (input: CreatePipeRequest, { account }) => summarizeState(account.pipes.create(input)),
  },

  UpdatePipe: {
    bucket: 'pipes',
    iamScope: pipeScope,
    run: (input: UpdatePipeRequest, { account }) => summarizeState(account.pipes.update(input)),
  },

  StartPipe: {
    bucket: 'pipes',
    iamScope: pipeScope,
    run: ({ Name }: DescribePipeRequest, { account }) => summarizeState(account.pipes.set(Name, 'RUNNING')),
  },

  StopPipe: {
    bucket: 'pipes',
    iamScope: pipeScope,
    run: ({ Name }: DescribePipeRequest, { account }) => summarizeState(account.pipes.set(Name, 'STOPPED')),
  },

  DeletePipe: {
    bucket: 'pipes',
    iamScope: pipeScope,
    run: ({ Name }: DescribePipeRequest, { account }) => summarizeState(account.pipes.delete(Name)),
  },
};

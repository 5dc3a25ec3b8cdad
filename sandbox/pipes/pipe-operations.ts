/**
 * EventBridge Pipes: a source, an optional enrichment and a target, which runs until it is stopped. Nothing flows here,
 * and what AWS does over minutes (creating, starting, stopping) is done at once.
 */
import type {
  CreatePipeRequest,
  DescribePipeRequest,
  ListPipesRequest,
  Pipe,
  UpdatePipeRequest,
} from '@aws-sdk/client-pipes';
import type { AccountStores } from '../account-stores.ts';
import type { Operations } from '../operation.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';
import type { KnownPipe } from './pipes.ts';

/** What the changing calls answer. */
function changed({ Arn, Name, DesiredState, CurrentState, CreationTime, LastModifiedTime }: KnownPipe) {
  const state = DesiredState === 'DELETED' ? undefined : DesiredState;
  return { Arn, Name, DesiredState: state, CurrentState, CreationTime, LastModifiedTime };
}

function summaryOf(pipe: KnownPipe): Pipe {
  const { StateReason, Source, Target, Enrichment } = pipe;
  return { ...changed(pipe), StateReason, Source, Target, Enrichment };
}

const onPipe = (named: DescribePipeRequest, { pipes }: AccountStores) => ({ resources: [pipes.arn(named)] });

export const pipeOperations: Operations = {
  ListPipes: listing({
    bucket: 'pipes',
    token: 'NextToken',
    size: 'Limit',
    items: 'Pipes',
    defaultSize: 100,
    refusals: { token: 'InvalidToken', size: 'ValidationException' },
    all(input: ListPipesRequest, { account }) {
      const { NamePrefix = '', SourcePrefix = '', TargetPrefix = '', DesiredState, CurrentState } = input;
      const wanted = account.pipes
        .all()
        .filter(
          (pipe) =>
            pipe.Name.startsWith(NamePrefix) &&
            (pipe.Source ?? '').startsWith(SourcePrefix) &&
            (pipe.Target ?? '').startsWith(TargetPrefix) &&
            (DesiredState === undefined || pipe.DesiredState === DesiredState) &&
            (CurrentState === undefined || pipe.CurrentState === CurrentState),
        );
      return sequence(wanted.map(summaryOf));
    },
  }),

  DescribePipe: {
    bucket: 'pipes',
    actsOn: onPipe,
    run: ({ Name }: DescribePipeRequest, { account }) => account.pipes.named(Name),
  },

  CreatePipe: {
    bucket: 'pipes',
    actsOn: onPipe,
    run: (input: CreatePipeRequest, { account }) => changed(account.pipes.create(input)),
  },

  UpdatePipe: {
    bucket: 'pipes',
    actsOn: onPipe,
    run: (input: UpdatePipeRequest, { account }) => changed(account.pipes.update(input)),
  },

  StartPipe: {
    bucket: 'pipes',
    actsOn: onPipe,
    run: ({ Name }: DescribePipeRequest, { account }) => changed(account.pipes.set(Name, 'RUNNING')),
  },

  StopPipe: {
    bucket: 'pipes',
    actsOn: onPipe,
    run: ({ Name }: DescribePipeRequest, { account }) => changed(account.pipes.set(Name, 'STOPPED')),
  },

  DeletePipe: {
    bucket: 'pipes',
    actsOn: onPipe,
    run: ({ Name }: DescribePipeRequest, { account }) => changed(account.pipes.delete(Name)),
  },
};

/** Step Functions' operations on state machines, versions and aliases. */
import type {
  CreateStateMachineAliasInput,
  CreateStateMachineInput,
  DeleteStateMachineInput,
  DeleteStateMachineVersionInput,
  DescribeStateMachineAliasInput,
  DescribeStateMachineInput,
  DescribeStateMachineOutput,
  ListStateMachineAliasesInput,
  ListStateMachineVersionsInput,
  PublishStateMachineVersionInput,
  RoutingConfigurationListItem,
  UpdateStateMachineInput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import {
  createAlias,
  createStateMachine,
  deleteStateMachine,
  deleteVersion,
  publishVersion,
  updateStateMachine,
} from './machine-changes.ts';

/** Zero means the default size. */
export const pages = {
  token: 'nextToken',
  size: 'maxResults',
  defaultSize: 100,
  sizeRange: { from: 0, upto: 1000 },
  errorCodes: { token: 'InvalidToken', size: 'ValidationException' },
} as const;

export const machineScope = ({ stateMachineArn }: { stateMachineArn?: string | undefined }) => ({
  resources: [stateMachineArn ?? ''],
});
const aliasScope = ({ stateMachineAliasArn }: { stateMachineAliasArn?: string | undefined }) => ({
  resources: [stateMachineAliasArn ?? ''],
});
const routedVersionsScope = ({
  routingConfiguration = [],
}: {
  routingConfiguration?: RoutingConfigurationListItem[] | undefined;
}) => ({
  resources: routingConfiguration.map(({ stateMachineVersionArn }) => stateMachineVersionArn ?? ''),
});

export const stateMachineOperations: Operations = {
  /** The list includes machines in the state DELETING. AWS does not document this; a reader must accept both. */
  ListStateMachines: listOperation({
    ...pages,
    bucket: 'list-state-machines',
    items: 'stateMachines',
    all: (_: object, { account }) =>
      sequence(
        account.stateMachines
          .all()
          .map(({ arn, name, type, creationDate }) => ({ stateMachineArn: arn, name, type, creationDate })),
      ),
  }),

  /** An alias's ARN returns the version that it routes to. AWS documents this for versions only. */
  DescribeStateMachine: {
    bucket: 'describe-state-machine',
    iamScope: machineScope,
    run(input: DescribeStateMachineInput, { account }): DescribeStateMachineOutput {
      const { name, type, status, arn, creationDate, snapshot } = account.stateMachines.of(input.stateMachineArn);
      const version = account.stateMachines.version(input.stateMachineArn);
      const { updateDate: _, ...shown } = version?.snapshot ?? snapshot;
      const hidden = input.includedData === 'METADATA_ONLY' ? { definition: '{}' } : {};
      const own =
        version === undefined
          ? { stateMachineArn: arn, creationDate }
          : {
              stateMachineArn: version.arn,
              creationDate: version.creationDate,
              description: version.description,
            };
      return { ...own, name, type, status, ...shown, ...hidden };
    },
  },

  /** For an unknown machine the list is empty: the SDK has no StateMachineDoesNotExist for this call. */
  ListStateMachineVersions: listOperation({
    ...pages,
    bucket: 'list-state-machine-versions',
    iamScope: machineScope,
    items: 'stateMachineVersions',
    all({ stateMachineArn }: ListStateMachineVersionsInput, { account }) {
      const { machine } = account.stateMachines.qualified(stateMachineArn);
      const versions = account.stateMachines.find(machine)?.versions ?? [];
      return sequence(
        versions.map(({ arn, creationDate }) => ({ stateMachineVersionArn: arn, creationDate })).toReversed(),
      );
    },
  }),

  ListStateMachineAliases: listOperation({
    ...pages,
    bucket: 'list-state-machine-aliases',
    iamScope: machineScope,
    items: 'stateMachineAliases',
    all({ stateMachineArn }: ListStateMachineAliasesInput, { account }) {
      const { qualifier } = account.stateMachines.qualified(stateMachineArn);
      const aliases = account.stateMachines
        .of(stateMachineArn)
        .aliases.filter(
          ({ routingConfiguration }) =>
            qualifier === undefined ||
            routingConfiguration.some(({ stateMachineVersionArn }) => stateMachineVersionArn === stateMachineArn),
        );
      return sequence(
        aliases.map(({ stateMachineAliasArn, creationDate }) => ({ stateMachineAliasArn, creationDate })).toReversed(),
      );
    },
  }),

  DescribeStateMachineAlias: {
    bucket: 'describe-state-machine-alias',
    iamScope: aliasScope,
    run({ stateMachineAliasArn: arn }: DescribeStateMachineAliasInput, { account }) {
      const { machine } = account.stateMachines.qualified(arn);
      const aliases = account.stateMachines.find(machine)?.aliases ?? [];
      const alias = aliases.find(({ stateMachineAliasArn }) => stateMachineAliasArn === arn);
      if (alias === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn ?? ''}'`);
      return alias;
    },
  },

  CreateStateMachine: {
    bucket: 'state-machine-modify',
    iamScope: ({ name = '' }: CreateStateMachineInput, account) => ({
      resources: [account.stateMachines.arn(name)],
    }),
    run(input: CreateStateMachineInput, { account }) {
      const { arn, creationDate, versions } = createStateMachine(account, input);
      return { stateMachineArn: arn, creationDate, stateMachineVersionArn: versions[0]?.arn };
    },
  },

  UpdateStateMachine: {
    bucket: 'state-machine-modify',
    iamScope: machineScope,
    run(input: UpdateStateMachineInput, { account }) {
      const { machine, version } = updateStateMachine(account, input);
      const { updateDate, revisionId } = machine.snapshot;
      return { updateDate, revisionId, stateMachineVersionArn: version?.arn };
    },
  },

  DeleteStateMachine: {
    bucket: 'state-machine-modify',
    iamScope: machineScope,
    run({ stateMachineArn }: DeleteStateMachineInput, { account }) {
      deleteStateMachine(account, stateMachineArn);
      return {};
    },
  },

  PublishStateMachineVersion: {
    bucket: 'state-machine-modify',
    iamScope: machineScope,
    run(input: PublishStateMachineVersionInput, { account }) {
      const { arn, creationDate } = publishVersion(account, input);
      return { stateMachineVersionArn: arn, creationDate };
    },
  },

  DeleteStateMachineVersion: {
    bucket: 'state-machine-modify',
    iamScope: ({ stateMachineVersionArn }: DeleteStateMachineVersionInput) => ({
      resources: [stateMachineVersionArn ?? ''],
    }),
    run({ stateMachineVersionArn }: DeleteStateMachineVersionInput, { account }) {
      deleteVersion(account, stateMachineVersionArn);
      return {};
    },
  },

  CreateStateMachineAlias: {
    bucket: 'state-machine-modify',
    iamScope: routedVersionsScope,
    run(input: CreateStateMachineAliasInput, { account }) {
      const { stateMachineAliasArn, creationDate } = createAlias(account, input);
      return { stateMachineAliasArn, creationDate };
    },
  },
};

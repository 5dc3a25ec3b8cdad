// The lists of an account file, except task definitions, from AWS's answers. The catalogue declares them. A list that is
// `composed` of several answers (a rule and its targets, a stack and its resources) has its function here, which keeps the
// members that a source reads or the sandbox needs.
import { recordOf, isObject } from '../domain/objects.ts';
import { catalogue, type SourceName } from '../sources/catalogue.ts';
import { quoteShortNames } from '../sources/change-set-references.ts';
import type { SnapshotList } from '../sources/facts.ts';
import { type Answers, type Item, itemsIn, picked, type RecordedCall, scopedIn, textIn } from './answers.ts';
import type { ServiceHistory } from './service-history.ts';

type Facts = (typeof catalogue)[SourceName];
type ListNames<Of> = Of extends { readonly lists: infer Lists } ? keyof Lists : never;
type ComposedNames<Of> = Of extends { readonly lists: infer Lists }
  ? { [Name in keyof Lists]: Lists[Name] extends 'composed' ? Name : never }[keyof Lists]
  : never;
export type Lists = Readonly<Record<ListNames<Facts>, readonly Item[]>>;

interface Composing {
  readonly answers: Answers;
  readonly history: ServiceHistory;
  /** The items whose service existed until the end. */
  readonly ofServices: (items: readonly Item[]) => Item[];
}

const composers: Readonly<Record<ComposedNames<Facts>, (from: Composing) => readonly Item[]>> = {
  clusters: ({ answers }) =>
    [...new Set(answers.of('ListClusters').flatMap(({ output }) => textsIn(output['clusterArns'])))].map(
      (clusterArn) => ({ clusterArn }),
    ),
  services: ({ answers, ofServices }) =>
    ofServices(answers.listedInClusters('DescribeServices', 'services', 'serviceArn')).map((one) => ({
      ...one,
      events: [],
    })),
  serviceRevisions: ({ history }) => history.revisions,
  serviceDeployments: ({ history }) => history.deployments,
  expressServices: ({ answers, ofServices }) =>
    ofServices(
      last(
        answers.of('DescribeExpressGatewayService').map(({ output }) => output['service']),
        'serviceArn',
      ),
    ),
  tasks: ({ answers }) =>
    answers
      .listedInClusters('DescribeTasks', 'tasks', 'taskArn')
      .map((one) => ({ ...one, containers: [], attachments: [], attributes: [] })),
  eventBuses: ({ answers }) =>
    answers
      .listed('ListEventBuses', 'EventBuses', 'Name')
      .filter(({ Name }) => Name !== 'default')
      .map((one) => picked(one, 'Name')),
  rules: ({ answers }) => rulesFrom(answers),
  scheduleGroups: ({ answers }) => {
    const groups = answers.described('GetSchedule', 'Arn').map((one) => textIn(one, 'GroupName'));
    return [...new Set(groups)].filter((Name) => Name !== 'default').map((Name) => ({ Name }));
  },
  stateMachines: ({ answers }) => stateMachinesFrom(answers),
  applications: ({ answers }) => applicationsFrom(answers),
  stacks: ({ answers }) => stacksFrom(answers),
  functions: ({ answers }) =>
    answers
      .listed('ListFunctions', 'Functions', 'FunctionArn')
      .filter(({ Environment }) => Environment !== undefined)
      .map((one) => picked(one, 'FunctionName FunctionArn Version Environment')),
  subscribers: ({ answers }) =>
    last(
      answers.of('GetResource').map(({ output }) => output['ResourceDescription']),
      'Identifier',
    ),
};

/** @param exists whether a service existed until the end */
export function listsFrom(answers: Answers, history: ServiceHistory, exists: (service: string) => boolean): Lists {
  const ofServices = (items: readonly Item[]) => items.filter((one) => exists(scopedIn(one, 'serviceArn')));
  const composed = Object.entries(composers).map(
    ([name, compose]) => [name, compose({ answers, history, ofServices })] as const,
  );
  const described = Object.values(catalogue)
    .flatMap(({ lists }) => Object.entries<SnapshotList>(lists))
    .flatMap(([name, list]) =>
      list === 'composed' ? [] : [[name, answers.described(list.operation, list.id).map(whole)] as const],
    );
  return recordOf<string, readonly Item[]>([...composed, ...described]);
}

/** Targets are listed for each rule. A rule without a listing was deleted meanwhile. */
function rulesFrom(answers: Answers): Item[] {
  const targets = new Map<string, Map<string, Item>>();
  for (const { input, output } of answers.of('ListTargetsByRule'))
    for (const one of [{}, ...itemsIn(output['Targets'])]) {
      const key = JSON.stringify([input['EventBusName'], input['Rule']]);
      targets.set(key, (targets.get(key) ?? new Map<string, Item>()).set(JSON.stringify(one), one));
    }
  const rules = answers
    .of('ListRules')
    .flatMap(({ input, output }) =>
      itemsIn(output['Rules']).map((rule) => ({ ...rule, EventBusName: input['EventBusName'] })),
    );
  return last(rules, 'Arn').flatMap((rule) => {
    const own = targets.get(JSON.stringify([rule['EventBusName'], rule['Name']]));
    if (own === undefined) return [];
    const Targets = [...own.values()].filter((one) => Object.keys(one).length > 0);
    return [{ ...picked(rule, 'Name Arn State ScheduleExpression EventBusName ManagedBy'), Targets }];
  });
}

/** Versions are described like machines, by ARNs with a number. */
function stateMachinesFrom(answers: Answers): Item[] {
  const described = answers.described('DescribeStateMachine', 'stateMachineArn');
  const begun = new Map(
    answers.of('DescribeStateMachineForExecution').map(({ input, output }) => [input['executionArn'], output]),
  );
  const executions = answers.listed('ListExecutions', 'executions', 'executionArn').map((one) => ({
    ...picked(one, 'executionArn name stateMachineArn status startDate stateMachineVersionArn'),
    ...picked(begun.get(one['executionArn']) ?? {}, 'definition updateDate revisionId'),
  }));
  const machineOf = (arn: string) => arn.replace(/:\d+$/, '');
  const members = 'stateMachineArn name status type definition roleArn creationDate revisionId';
  return described
    .filter((one) => !isVersion(textIn(one, 'stateMachineArn')))
    .map((machine) => {
      const arn = textIn(machine, 'stateMachineArn');
      return {
        ...picked(machine, members),
        versions: described
          .filter((one) => isVersion(textIn(one, 'stateMachineArn')))
          .filter((one) => machineOf(textIn(one, 'stateMachineArn')) === arn)
          .map((one) => picked(one, 'stateMachineArn definition creationDate revisionId')),
        executions: executions.filter((one) => textIn(one, 'stateMachineArn') === arn),
      };
    });
}

const isVersion = (arn: string) => /:stateMachine:[^:]+:\d+$/.test(arn);

/** A deployment of a deleted application counts as well. */
function applicationsFrom(answers: Answers): Item[] {
  const groups = answers
    .of('BatchGetDeploymentGroups')
    .flatMap(({ output }) => itemsIn(output['deploymentGroupsInfo']));
  const deployments = answers.listed('BatchGetDeployments', 'deploymentsInfo', 'deploymentId');
  const applications = [
    ...deployments,
    ...answers.listed('BatchGetApplications', 'applicationsInfo', 'applicationName'),
  ];
  return last(applications, 'applicationName').map((application) => {
    const isOwn = (one: Item) => one['applicationName'] === application['applicationName'];
    return {
      ...picked(application, 'applicationName computePlatform'),
      deploymentGroups: last(groups.filter(isOwn), 'deploymentGroupName').map((one) =>
        picked(
          one,
          'applicationName deploymentGroupName computePlatform ecsServices targetRevision lastAttemptedDeployment lastSuccessfulDeployment',
        ),
      ),
      deployments: deployments
        .filter(isOwn)
        .map((one) =>
          picked(
            one,
            'applicationName deploymentGroupName deploymentId computePlatform status createTime startTime completeTime revision previousRevision rollbackInfo',
          ),
        ),
    };
  });
}

function stacksFrom(answers: Answers): Item[] {
  const all = (operation: string, member: string, arn: unknown, name: string) =>
    last(
      answers.of(operation).flatMap((one) => (isAbout(one, arn) ? itemsIn(one.output[member]) : [])),
      name,
    );
  return answers.listed('DescribeStacks', 'Stacks', 'StackId').map((stack) => ({
    ...picked(stack, 'StackId StackName StackStatus CreationTime LastUpdatedTime Parameters Outputs'),
    resources: all('ListStackResources', 'StackResourceSummaries', stack['StackId'], 'LogicalResourceId').map((one) =>
      picked(one, 'LogicalResourceId PhysicalResourceId ResourceType ResourceStatus LastUpdatedTimestamp'),
    ),
    events: all('DescribeStackEvents', 'StackEvents', stack['StackId'], 'EventId').map((one) =>
      picked(
        one,
        'EventId LogicalResourceId PhysicalResourceId ResourceType ResourceStatus ResourceProperties Timestamp',
      ),
    ),
    changeSets: changeSetsOf(answers, stack['StackId']),
  }));
}

/** A change set is described in pages. Its template is read only where its changes are not enough. */
function changeSetsOf(answers: Answers, stackId: unknown): Item[] {
  const pages = Map.groupBy(
    answers.of('DescribeChangeSet').map(({ output }) => output),
    (one) => one['ChangeSetId'],
  );
  const templates = new Map(
    answers.of('GetTemplate').map(({ input, output }) => [input['ChangeSetName'], output['TemplateBody']]),
  );
  const ofStack = [...pages].filter(([, told]) => told.at(-1)?.['StackId'] === stackId);
  return ofStack.map(([id, told]) => {
    const template = templates.get(id);
    const head = 'ChangeSetId ChangeSetName StackId Status ExecutionStatus CreationTime Parameters';
    const changes = new Map(told.flatMap((page) => itemsIn(page['Changes'])).map((one) => [JSON.stringify(one), one]));
    return {
      ...picked(told.at(-1) ?? {}, `${head} IncludeNestedStacks ParentChangeSetId RootChangeSetId`),
      Changes: [...changes.values()],
      ...(typeof template === 'string' ? { TemplateBody: quoteShortNames(template) } : {}),
    };
  });
}

const isAbout = ({ input }: RecordedCall, arn: unknown) => input['StackName'] === arn;

function whole({ $metadata: _of, ...rest }: Item): Item {
  return rest;
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

function last(items: readonly unknown[], name: string): Item[] {
  return [...new Map(items.filter(isObject).map((item) => [textIn(item, name), item])).values()];
}

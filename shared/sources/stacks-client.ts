// The part of CloudFormation's client that stacks and change sets need. A dynamic import of the whole module would bundle all of its calls.
export {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeChangeSet,
  paginateDescribeStackEvents,
  paginateDescribeStacks,
  paginateListChangeSets,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';

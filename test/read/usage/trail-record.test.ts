// Interprets one CloudTrail record: a table of every kind of record.
import { expect, test } from 'vitest';
import { parseTrailRecord } from '../../../shared/read/usage/trail-record.ts';
import { nameOf } from '../../../shared/domain/revision.ts';
import { revisionArn as arn } from '../../support/account.ts';
import { target } from '../../support/reader.ts';

const ran = (...names: string[]) => ({
  tasks: names.map((name) => ({ taskDefinitionArn: arn(name) })),
  failures: [],
});
const foreign = 'arn:aws:ecs:us-east-1:210987654321:task-definition/web:7';

interface Row {
  readonly record: string;
  readonly name?: string;
  readonly says: Readonly<Record<string, unknown>> | string | undefined;
  readonly source?: string;
  /** Revisions, or why it tells nothing. */
  readonly told: readonly string[] | RegExp;
}

test.each<Row>([
  {
    record: 'a family and a revision',
    says: { requestParameters: { taskDefinition: 'web:7' }, responseElements: ran('web:7') },
    told: ['web:7'],
  },
  {
    record: 'an ARN',
    says: { requestParameters: { taskDefinition: arn('web:7') }, responseElements: ran() },
    told: ['web:7'],
  },
  {
    record: 'a family, with the revision in the answer',
    says: { requestParameters: { taskDefinition: 'web' }, responseElements: ran('web:9') },
    told: ['web:9'],
  },
  {
    record: 'an ARN without revision',
    says: { requestParameters: { taskDefinition: arn('web') }, responseElements: ran('web:9') },
    told: ['web:9'],
  },
  {
    record: 'a family whose tasks were not placed',
    says: { requestParameters: { taskDefinition: 'web' }, responseElements: ran() },
    told: [],
  },
  {
    record: 'a family, with another one in the answer',
    says: { requestParameters: { taskDefinition: 'web' }, responseElements: ran('api:9') },
    told: /does not tell which revision of web/,
  },
  {
    record: 'a family, with tasks that say nothing',
    says: { requestParameters: { taskDefinition: 'web' }, responseElements: { tasks: [{}] } },
    told: /does not tell/,
  },
  {
    record: 'a failed call',
    says: {
      errorCode: 'ClientException',
      requestParameters: { taskDefinition: 'web:7' },
      responseElements: null,
    },
    told: ['web:7'],
  },
  {
    record: 'a failed call by a family',
    says: {
      errorCode: 'ClientException',
      requestParameters: { taskDefinition: 'web' },
      responseElements: null,
    },
    told: [],
  },
  {
    record: 'a failed call by no name at all',
    says: {
      errorCode: 'ClientException',
      requestParameters: { taskDefinition: 'w e b' },
      responseElements: null,
    },
    told: [],
  },
  {
    record: 'a failed call without a task definition',
    says: { errorCode: 'ClientException', requestParameters: {} },
    told: [],
  },
  {
    record: 'a failed call whose parameters are not there',
    says: { errorCode: 'ClientException', requestParameters: null, responseElements: null },
    told: /requestParameters are missing or cut off/,
  },
  {
    record: 'a denied call whose parameters were too large',
    says: { errorCode: 'AccessDenied', requestParameters: { omitted: true }, responseElements: null },
    told: /requestParameters are missing or cut off/,
  },
  {
    record: 'a denied call without a request, whose message spells what it was about',
    says: {
      errorCode: 'AccessDenied',
      errorMessage: `User: arn:aws:sts::123456789012:assumed-role/x/ci:1 is not authorized to perform: ecs:RunTask on resource: ${arn('web:7')} because no policy allows it`,
      requestParameters: null,
      responseElements: null,
    },
    told: ['web:7'],
  },
  {
    record: 'a denied call without a request, whose message has a short name',
    says: {
      errorCode: 'AccessDeniedException',
      errorMessage: 'web:7 is not for you.',
      requestParameters: null,
    },
    told: ['web:7'],
  },
  {
    record: 'a denied call about another account',
    says: { errorCode: 'AccessDenied', errorMessage: `not ${foreign}`, requestParameters: null },
    told: [],
  },
  {
    record: 'a failed call by a family, whose message spells the revision',
    says: {
      errorCode: 'ClientException',
      errorMessage: `${arn('web:6')} is inactive`,
      requestParameters: { taskDefinition: 'web' },
      responseElements: null,
    },
    told: ['web:6'],
  },
  ...[
    'AccessDenied',
    'AccessDeniedException',
    'Client.UnauthorizedOperation',
    'ThrottlingException',
    'Client.RequestLimitExceeded',
    'ExpiredTokenException',
    'UnrecognizedClientException',
  ].map((errorCode) => ({
    record: `${errorCode} without a request`,
    says: { errorCode, errorMessage: 'no', requestParameters: null, responseElements: null },
    told: [],
  })),
  ...['ServerException', 'InternalFailure', 'ClientException', 'AccessDeniedByMoonlight', 7].map((errorCode) => ({
    record: `${errorCode} without a request`,
    says: { errorCode, requestParameters: null, responseElements: null },
    told: /requestParameters are missing or cut off/,
  })),
  {
    record: 'no request, and no error',
    says: { errorCode: null, requestParameters: null, responseElements: null },
    told: /requestParameters are missing or cut off/,
  },
  {
    record: 'an Express Mode service by its ARN',
    name: 'CreateExpressGatewayService',
    says: {
      requestParameters: { taskDefinitionArn: arn('web:7') },
      responseElements: { service: { activeConfigurations: [{ taskDefinitionArn: arn('web:7') }] } },
    },
    told: ['web:7'],
  },
  {
    record: 'an Express Mode service that is changed, by what it serves',
    name: 'UpdateExpressGatewayService',
    says: {
      requestParameters: { cpu: '256' },
      responseElements: { service: { activeConfigurations: [{ taskDefinitionArn: arn('web:8') }] } },
    },
    told: ['web:8'],
  },
  {
    record: 'an Express Mode service by its family, with nothing in the answer',
    name: 'UpdateExpressGatewayService',
    says: { requestParameters: { taskDefinitionArn: 'web' }, responseElements: { service: {} } },
    told: /does not tell which revision of web/,
  },
  {
    record: 'another account',
    says: { requestParameters: { taskDefinition: foreign }, responseElements: ran() },
    told: [],
  },
  {
    record: 'a service',
    name: 'CreateService',
    says: {
      requestParameters: { taskDefinition: 'web:7' },
      responseElements: {
        service: { taskDefinition: arn('web:7'), deployments: [{ taskDefinition: arn('web:7') }] },
      },
    },
    told: ['web:7'],
  },
  {
    record: 'a service of the EXTERNAL controller',
    name: 'CreateService',
    says: { requestParameters: { serviceName: 'web' }, responseElements: { service: {} } },
    told: [],
  },
  {
    record: 'a service that is scaled, by what it deploys',
    name: 'UpdateService',
    says: {
      requestParameters: { desiredCount: 2 },
      responseElements: {
        service: {
          taskDefinition: arn('web:8'),
          deployments: [{ taskDefinition: arn('web:8') }, { taskDefinition: arn('web:7') }],
        },
      },
    },
    told: ['web:7', 'web:8'],
  },
  {
    record: 'a task set',
    name: 'CreateTaskSet',
    says: {
      requestParameters: { taskDefinition: 'web:7' },
      responseElements: { taskSet: { taskDefinition: arn('web:7') } },
    },
    told: ['web:7'],
  },
  {
    record: 'a task set of nothing',
    name: 'CreateTaskSet',
    says: { requestParameters: {}, responseElements: { taskSet: {} } },
    told: /has no task definition/,
  },
  {
    record: 'a call of App Runner',
    name: 'CreateService',
    source: 'apprunner.amazonaws.com',
    says: 'not even JSON',
    told: [],
  },
  {
    record: 'a call of Cloud Map, which only the record tells',
    name: 'CreateService',
    says: { eventSource: 'servicediscovery.amazonaws.com' },
    told: [],
  },
  { record: 'a call without a caller', says: { eventSource: 7 }, told: /whose call it was/ },
  { record: 'no record', says: undefined, told: /no JSON object/ },
  { record: 'half a record', says: '{"requestParameters":{"taskDef', told: /no JSON object/ },
  { record: 'a list', says: '[]', told: /no JSON object/ },
  {
    record: 'parameters that are not there',
    says: { responseElements: ran('web:7') },
    told: /requestParameters are missing/,
  },
  {
    record: 'parameters that were too large',
    says: { requestParameters: { omitted: true, reason: 'SIZE_LIMIT' }, responseElements: ran('web:7') },
    told: /requestParameters are missing or cut off/,
  },
  {
    record: 'an answer that is not there',
    says: { requestParameters: { taskDefinition: 'web:7' }, responseElements: null },
    told: /responseElements are missing/,
  },
  {
    record: 'an answer that was too large',
    says: { requestParameters: { taskDefinition: 'web:7' }, responseElements: { omitted: true } },
    told: /responseElements are missing or cut off/,
  },
  {
    record: 'no task definition',
    says: { requestParameters: {}, responseElements: ran() },
    told: /has no task definition/,
  },
  {
    record: 'a name of no kind that we know',
    says: { requestParameters: { taskDefinition: 'web 7' }, responseElements: ran() },
    told: /does not know/,
  },
  {
    record: 'a number for a name',
    says: { errorCode: 'ClientException', requestParameters: { taskDefinition: 7 }, responseElements: null },
    told: /does not know/,
  },
  {
    record: 'upper case in the key',
    says: { requestParameters: { TaskDefinition: 'web:7' }, responseElements: ran() },
    told: ['web:7'],
  },
])('$record', ({ name = 'RunTask', source = 'ecs.amazonaws.com', says, told }) => {
  const CloudTrailEvent =
    typeof says === 'object' ? JSON.stringify({ eventSource: source, eventName: name, ...says }) : says;
  const said = parseTrailRecord({ EventName: name, EventSource: source, CloudTrailEvent }, target);
  const [uses, unclear] = 'uses' in said ? [said.uses, ''] : [[], said.unclear];
  expect([...new Set(uses.map(nameOf))].toSorted()).toEqual(told instanceof RegExp ? [] : told);
  expect(unclear).toMatch(told instanceof RegExp ? told : /^$/);
});

test.each([
  {
    identity: { arn: 'arn:aws:sts::123456789012:assumed-role/deploy/ci' },
    caller: 'arn:aws:sts::123456789012:assumed-role/deploy/ci',
  },
  { identity: { invokedBy: 'ecs.amazonaws.com' }, caller: 'ecs.amazonaws.com' },
  { identity: { principalId: 'AROA:ci' }, caller: 'AROA:ci' },
  { identity: undefined, caller: 'ci' },
  { identity: { arn: 'a'.repeat(999) }, caller: 'a'.repeat(300) },
])('the caller of $identity is $caller', ({ identity, caller }) => {
  const record = {
    eventSource: 'ecs.amazonaws.com',
    requestParameters: {},
    responseElements: {},
    userIdentity: identity,
  };
  const event = { EventName: 'UpdateService', Username: 'ci', CloudTrailEvent: JSON.stringify(record) };
  expect(parseTrailRecord(event, target)).toEqual({ uses: [], caller });
});

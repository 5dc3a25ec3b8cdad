import { expect, test } from 'vitest';
import { faultsOf } from './specification.ts';
import type { Template } from './stack.ts';

const withResource = (Type: string, Properties: Record<string, unknown>): Template => ({
  Description: '',
  Outputs: {},
  Resources: { It: { Type, Properties } },
});
const schedule = {
  ScheduleExpression: 'rate(1 day)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'a', RoleArn: 'r' },
};

test.each([
  {
    what: 'an unknown type',
    template: withResource('AWS::Scheduler::Scedule', schedule),
    faults: ['It: AWS::Scheduler::Scedule is no resource type'],
  },
  {
    what: 'an unknown property',
    template: withResource('AWS::Scheduler::Schedule', { ...schedule, Timezone: 'UTC' }),
    faults: ['It.Timezone: no such property'],
  },
  {
    what: 'a missing property, two levels down',
    template: withResource('AWS::Scheduler::Schedule', { ...schedule, Target: { Arn: 'a' } }),
    faults: ['It.Target.RoleArn: missing'],
  },
  {
    what: 'an unknown property, two levels down',
    template: withResource('AWS::Scheduler::Schedule', {
      ...schedule,
      Target: { ...schedule.Target, RetryPolicy: { Retries: 1 } },
    }),
    faults: ['It.Target.RetryPolicy.Retries: no such property'],
  },
  {
    what: 'a value that is not allowed',
    template: withResource('AWS::Scheduler::Schedule', { ...schedule, State: 'disabled' }),
    faults: ['It.State: disabled is not allowed'],
  },
  {
    what: 'text instead of a number',
    template: withResource('AWS::CloudWatch::Alarm', { Period: '3600' }),
    faults: ['It.Period: not a whole number'],
  },
  {
    what: 'one value instead of a list',
    template: withResource('AWS::CloudWatch::Alarm', { AlarmActions: 'arn' }),
    faults: ['It.AlarmActions: not a list'],
  },
  {
    what: 'an unknown property in a list',
    template: withResource('AWS::CloudWatch::Alarm', { Dimensions: [{ Name: 'a', Value: 'b', Unit: 'c' }] }),
    faults: ['It.Dimensions[0].Unit: no such property'],
  },
  {
    what: 'a reference to a missing resource',
    template: withResource('AWS::SNS::Topic', { KmsMasterKeyId: { Ref: 'Kay' } }),
    faults: ['It.KmsMasterKeyId: refers to Kay'],
  },
  {
    what: 'an unknown attribute',
    template: withResource('AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': ['It', 'Arn'] } }),
    faults: ['It.KmsMasterKeyId: refers to It.Arn'],
  },
  {
    what: 'a reference inside a text',
    template: withResource('AWS::SNS::Topic', { DisplayName: { 'Fn::Sub': '${AWS::Region} ${Kay.Arn}' } }),
    faults: ['It.DisplayName: refers to Kay.Arn'],
  },
  { what: 'nothing in a correct template', template: withResource('AWS::Scheduler::Schedule', schedule), faults: [] },
])('the specification check reports $what', ({ template, faults }) => {
  expect(faultsOf(template)).toEqual(faults);
});

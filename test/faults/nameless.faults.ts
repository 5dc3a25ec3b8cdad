// An answer without the identifiers of its members, or without the requested item, holds the run.
import { expect, test } from 'vitest';
import { aNight } from '../support/night.ts';
import { specimenOf } from '../support/specimens.ts';

/** The first item of a list in an answer, for a change in place. */
function firstOf(output: Record<string, unknown>, list: string): Record<string, unknown> {
  const [first, ...others]: unknown[] = [output[list]].flat();
  const changed = Object.fromEntries(Object.entries(first ?? {}));
  output[list] = [changed, ...others];
  return changed;
}

test.each([
  { source: 'rules', operation: 'ListEventBuses', list: 'EventBuses', member: 'Name' },
  { source: 'functions', operation: 'ListFunctions', list: 'Functions', member: 'FunctionArn' },
  { source: 'schedules', operation: 'ListSchedules', list: 'Schedules', member: 'GroupName' },
  {
    source: 'state-machines',
    operation: 'ListStateMachineVersions',
    list: 'stateMachineVersions',
    member: 'stateMachineVersionArn',
  },
  { source: 'state-machines', operation: 'ListExecutions', list: 'executions', member: 'executionArn' },
  { source: 'state-machines', operation: 'ListExecutions', list: 'executions', member: 'startDate' },
  { source: 'stacks', operation: 'DescribeStacks', list: undefined, member: 'Stacks' },
  { source: 'stacks', operation: 'GetTemplate', list: undefined, member: 'TemplateBody' },
  { source: 'definitions', operation: 'DescribeTaskDefinition', list: undefined, member: 'taskDefinition' },
  { source: 'subscribers', operation: 'GetResource', list: undefined, member: 'ResourceDescription' },
])('$operation without $member holds the run', async ({ source, operation, list, member }) => {
  const specimen = specimenOf(source);
  if (specimen === undefined) throw new Error(`${source} has no specimen`);
  const night = await aNight(specimen.account());
  let struck = 0;
  night.sandbox.faults.add({
    operation,
    kind: 'answer',
    change: (output) => {
      struck++;
      delete (list === undefined ? output : firstOf(output, list))[member];
    },
  });
  const { plan } = await night.plan();
  expect(struck).toBeGreaterThan(0);
  expect(plan?.hold?.problems.map(({ part, kind }) => ({ part, kind }))[0]).toEqual({
    part: source,
    kind: 'incomplete',
  });
});

// The source `state-machines`: what each state machine of Step Functions starts, standard and express: by its definition, by
// every version that was published and can be started, and by what its running executions began with.
import { readMembers } from './common/members.ts';
import { itemsOf } from './common/pages.ts';
import { describe, type Reading, sfn } from './states/calls.ts';
import { runningDefinitions } from './states/executions.ts';
import { namedIn } from './states/language.ts';
import { readVersions } from './states/versions.ts';
import type { Source } from './source.ts';

export const stateMachines = {
  name: 'state-machines',
  wave: 'starters',
  optional: true,
  permissions: [
    'states:ListStateMachines',
    'states:DescribeStateMachine',
    'states:ListStateMachineVersions',
    'states:ListExecutions',
    'states:DescribeStateMachineForExecution',
  ],
  why: 'A state machine starts tasks by the revision that its definition, or a published version of it, names.',
  blindTo:
    'State machines of other accounts and Regions; executions that failed with an earlier definition and are redriven later; those of express machines in the five minutes after a change; what a function or another service that a state calls starts in turn.',
  async *read(reader, tally) {
    const { SFNClient, paginateListStateMachines } = await sfn();
    const client = reader.aws.client(tally, (settings) => new SFNClient(settings));
    yield* readMembers({
      reader,
      tally,
      source: 'state-machines',
      // A hundred a page is the default, a thousand the most.
      list: () =>
        itemsOf(
          paginateListStateMachines({ client }, { maxResults: 1000 }),
          (page) => page.stateMachines,
          (page) => page.nextToken,
          reader.outOfTime,
        ),
      arnOf: ({ stateMachineArn }) => stateMachineArn,
      read: (_, arn) => readMachine({ reader, tally, client }, arn),
    });
  },
} satisfies Source;

/** The machine before its versions and executions: what is published or started in between has this definition or a later
 *  one. No date says when a machine was changed, so its definition is read at every reading. */
async function readMachine(reading: Reading, arn: string) {
  const machine = await describe(reading, arn);
  const named = namedIn({ definition: machine.definition, who: arn, via: [] }, reading.reader.target);
  const { published, findings } = await readVersions(reading, machine, arn);
  return [...named, ...findings, ...(await runningDefinitions(reading, machine, { arn, published }))];
}

// Reads what Step Functions starts: by each state machine's definition, its published versions, and the definitions
// that running executions began with.
import { readMembers } from './common/read-members.ts';
import { readItems } from './common/pages.ts';
import { describeMachine, type SfnContext, importSfn } from './states/calls.ts';
import { readRunningDefinitions } from './states/executions.ts';
import { definitionReferences } from './states/language.ts';
import { readVersions } from './states/versions.ts';
import type { Reader } from './common/reader.ts';

export const readStateMachines: Reader = async function* (context, tally) {
  const { SFNClient, paginateListStateMachines } = await importSfn();
  const client = context.aws.client(tally, (settings) => new SFNClient(settings));
  yield* readMembers({
    context,
    tally,
    source: 'state-machines',
    // A hundred a page is the default, a thousand the maximum.
    list: () =>
      readItems(
        paginateListStateMachines({ client }, { maxResults: 1000 }),
        'stateMachines',
        'nextToken',
        context.outOfTime,
      ),
    arnOf: ({ stateMachineArn }) => stateMachineArn,
    read: (_, arn) => readMachine({ context, tally, client }, arn),
  });
};

/** The machine before its versions and executions: what is published or started in between has this definition or a
 *  later one. No date says when a machine changed, so its definition is read every time. */
async function readMachine(reading: SfnContext, arn: string) {
  const machine = await describeMachine(reading, arn);
  const named = definitionReferences(
    { definition: machine.definition, referrer: arn, via: [] },
    reading.context.target,
  );
  const { published, findings } = await readVersions(reading, machine, arn);
  return [...named, ...findings, ...(await readRunningDefinitions(reading, machine, { arn, published }))];
}

// `pruner snapshot > account.json`: the account as a file on which `npm start -- --account account.json` rehearses a policy,
// offline and as often as one likes. Read calls only; what is in containers stays in the account.
import { snapshotOf } from '../shared/observe/snapshot.ts';
import { NoSnapshot, type Snapshot, type Taken } from '../shared/snapshot/snapshot.ts';
import { type ExitCode, exitCodes, Refusal } from './exit.ts';
import { refusalBy } from './failure.ts';
import type { Options } from './options.ts';
import { openSession, targetOf } from './session.ts';
import type { World } from './world.ts';

export async function snapshotCommand(options: Options, world: World): Promise<ExitCode> {
  const session = await openSession(options, world, { writes: false });
  const { surroundings, progress } = session;
  world.onInterrupt(() => {
    world.err('\nInterrupted; a snapshot changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const { aws } = surroundings;
  try {
    const taken = await snapshotOf(await targetOf(session, options), surroundings, options.full === true);
    progress.clear();
    world.out(printed(taken.snapshot));
    world.err(summary(taken));
    return exitCodes.done;
  } catch (error) {
    progress.clear();
    if (error instanceof NoSnapshot)
      throw new Refusal(`${error.fault.operation}: ${error.fault.reason}`, {
        remedy: `${error.fault.remedy}\nNothing was written: an account with a hole in it rehearses nothing.`,
        code: exitCodes.failed,
        cause: error,
      });
    throw refusalBy(error, { profile: options.profile, region: await aws.region() });
  } finally {
    aws.close();
  }
}

/** An entry a line: such a file is read by people, compared and committed. */
function printed(snapshot: Snapshot): string {
  const members = Object.entries(snapshot).map(([name, value]: [string, unknown]) => {
    if (!Array.isArray(value) || value.length === 0)
      return `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const entries = value.map((entry) => `    ${JSON.stringify(entry)}`);
    return `  ${JSON.stringify(name)}: [\n${entries.join(',\n')}\n  ]`;
  });
  return escaped(`{\n${members.join(',\n')}\n}\n`);
}

/** What cannot be seen in a name stays in it, as JSON writes it. */
function escaped(json: string): string {
  return json.replaceAll(/[^\n -~\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

function summary({ snapshot, calls, notes }: Taken): string {
  const { taskDefinitions, services, tasks } = snapshot;
  const families = new Set(taskDefinitions.map(({ family }) => family)).size;
  return [
    `${families} families, ${services.length} services and ${tasks.length} tasks in ${calls} calls. Values, secrets, commands, environments and texts are redacted; names and ARNs of resources are not.`,
    ...notes,
    '',
  ].join('\n');
}

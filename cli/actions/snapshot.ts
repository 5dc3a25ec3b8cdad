// Prints the account as a file, one entry a line.
import { Tally } from '../../shared/aws/tally.ts';
import { snapshotOf } from '../../shared/observe/snapshot.ts';
import { SnapshotFailed, type Snapshot, type SnapshotResult } from '../../shared/snapshot/snapshot.ts';
import type { SnapshotOptions } from '../commands/snapshot.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { exitOnInterrupt, withSession } from '../session.ts';

export async function snapshot(options: SnapshotOptions, context: ProcessContext): Promise<ExitCode> {
  return withSession(options, context, { writes: false }, async ({ observeContext, progress }) => {
    exitOnInterrupt(context, 'a snapshot');
    const target = await observeContext.aws.target(new Tally());
    const taken = await snapshotOf(target, observeContext, options.full).catch(refuseSnapshot);
    progress.clear();
    context.out(printSnapshot(taken.snapshot));
    context.err(summarize(taken));
    return exitCodes.done;
  });
}

function refuseSnapshot(error: unknown): never {
  if (!(error instanceof SnapshotFailed)) throw error;
  throw new Refusal(`${error.problem.operation}: ${error.problem.reason}`, {
    remedy: `${error.problem.remedy}\nNothing was written: an incomplete account is no use for a rehearsal.`,
    code: exitCodes.failed,
    cause: error,
  });
}

/** One entry a line, since the file is read, compared and committed. */
function printSnapshot(snapshot: Snapshot): string {
  const members = Object.entries(snapshot).map(([name, value]: [string, unknown]) => {
    if (!Array.isArray(value) || value.length === 0) return `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    const entries = value.map((entry) => `    ${JSON.stringify(entry)}`);
    return `  ${JSON.stringify(name)}: [\n${entries.join(',\n')}\n  ]`;
  });
  return escapeInvisible(`{\n${members.join(',\n')}\n}\n`);
}

/** Escapes invisible characters, which names may contain. */
function escapeInvisible(json: string): string {
  return json.replaceAll(/[^\n -~\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

function summarize({ snapshot, calls, notes }: SnapshotResult): string {
  const { taskDefinitions, services, tasks } = snapshot;
  const families = new Set(taskDefinitions.map(({ family }) => family)).size;
  return [
    `${families} families, ${services.length} services and ${tasks.length} tasks in ${calls} calls. Values, secrets, commands, environments and texts are redacted; names and ARNs of resources are not.`,
    ...notes,
    '',
  ].join('\n');
}

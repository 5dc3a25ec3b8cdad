import { Tally } from '../../shared/aws/tally.ts';
import { snapshotOf } from '../../shared/observe/snapshot.ts';
import { SnapshotFailed, type Snapshot, type SnapshotResult } from '../../shared/snapshot/snapshot.ts';
import { defineCommand, readNoOperands } from '../command.ts';
import { exitCodes, Refusal } from '../exit.ts';
import { flagOption } from '../option.ts';
import { commonOptions, sourceOptions } from '../options.ts';
import { exitOnInterrupt, withSession } from '../session.ts';

export const snapshot = defineCommand({
  name: 'snapshot',
  operands: '',
  summary: 'Prints the account as a file for rehearsals, without secrets. Changes nothing.',
  examples: [
    ['./pruner snapshot > account.json', 'a file for npm start, which rehearses a policy on it'],
    ['./pruner snapshot --full > account.json', 'with the exact age of every revision'],
  ],
  options: {
    full: flagOption('--full', 'describe every revision, for exact ages: one call for each'),
    ...commonOptions,
    ...sourceOptions,
  },
  read: readNoOperands('snapshot'),
  async run(options, context) {
    return withSession(options, context, { writes: false }, async ({ observeContext, progress }) => {
      exitOnInterrupt(context, 'a snapshot');
      const target = await observeContext.aws.target(new Tally());
      const taken = await snapshotOf(target, observeContext, options.full).catch(refuseSnapshot);
      progress.clear();
      context.out(printSnapshot(taken.snapshot));
      context.err(summarize(taken));
      return exitCodes.done;
    });
  },
});

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

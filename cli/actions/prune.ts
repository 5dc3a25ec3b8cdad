// Shows the plan, asks for the number of the account, and deregisters.
import manifest from '../../package.json' with { type: 'json' };
import type { Report } from '../../shared/report/model/report.ts';
import { printProposal } from '../../shared/report/terminal/plan.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { type Mismatch, mismatchOfSettings, mismatchOfTarget, toLimit } from '../../shared/run/saved-plan.ts';
import { digest } from '../../shared/settings/narrow.ts';
import type { PruneOptions } from '../commands/prune.ts';
import { confirm, handleInterrupts, requireAccount, requirePrompt } from '../consent.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodeOf, Refusal } from '../exit.ts';
import { readPlanFile } from '../plan-file.ts';
import { openSession, printReport, runInProcess, type Session } from '../session.ts';

/** For an interrupt or a declined prompt. */
const NOTHING = 'nothing was deregistered';

export async function prune(options: PruneOptions, context: ProcessContext): Promise<ExitCode> {
  requirePrompt('prune', options, context);
  const saved = options.plan === undefined ? undefined : { file: options.plan, plan: readPlanFile(options.plan) };
  const session = await openSession(options, context, { writes: true });
  const { aws, stateAccess, settings } = session.observeContext;
  if (saved !== undefined)
    refuse(saved, mismatchOfSettings(saved.plan, { version: manifest.version, digest: digest(settings) }));
  if (stateAccess === undefined) {
    aws.close();
    throw new Refusal(
      "prune: it needs a state store for its journal, from which deregistered revisions can be registered again, and for its lock: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.",
    );
  }
  const interrupt = handleInterrupts(context, NOTHING);
  const report = await runInProcess(session, options, {
    dryRun: false,
    keepsRecords: true,
    onStarted: interrupt.begun,
    admit: (target) => {
      requireAccount('prune', target, options);
      if (saved !== undefined) refuse(saved, mismatchOfTarget(saved.plan, target, aws.now()));
    },
    saved: saved && toLimit(saved.plan),
    consent: async (proposal) => {
      if (!options.yes) await ask(proposal, session, options, context);
      // The account may take an hour to read, and the operator a night to answer.
      if (saved !== undefined && proposal.target !== undefined)
        refuse(saved, mismatchOfTarget(saved.plan, proposal.target, aws.now()));
      interrupt.acting();
    },
    stopRequested: interrupt.stopped,
  });
  printReport(report, session, options, context, () => printTerminal(report, session.screen, options));
  aws.close();
  return exitCodeOf(report);
}

/** @throws Refusal where there is a mismatch */
function refuse({ file }: { readonly file: string }, mismatch: Mismatch | undefined): void {
  if (mismatch === undefined) return;
  const { reason, remedy } = mismatch;
  throw new Refusal(`prune: ${file} ${reason}; nothing was done.`, { remedy });
}

/** Asks only where there is something to do. */
async function ask(
  { plan, target, deletions, ...report }: Report,
  session: Session,
  { json, families }: PruneOptions,
  context: ProcessContext,
): Promise<void> {
  const deregistering = plan?.toDeregister.length ?? 0;
  const deleting = deletions?.deleted.length ?? 0;
  if (deregistering + deleting === 0 || target === undefined) return;
  const proposal = printProposal({ ...report, plan, target, deletions }, session.screen, { families });
  const count = (many: number) => `${many} ${many === 1 ? 'revision' : 'revisions'}`;
  const what = [
    ...(deregistering > 0 ? [`deregister ${count(deregistering)}`] : []),
    ...(deleting > 0 ? [`delete ${count(deleting)} for good`] : []),
  ].join(' and ');
  const asked = { command: 'prune', proposal, what, account: target.account, nothing: NOTHING };
  await confirm(asked, session, json, context);
}

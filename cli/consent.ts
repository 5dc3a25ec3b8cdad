// The consent of the operator to a change: a prompt or --yes, the right account, and a way to interrupt.
import type { Stop } from '../shared/domain/apply-results.ts';
import type { Target } from '../shared/domain/revision.ts';
import { Declined, exitCodes, Interrupted, Refusal } from './exit.ts';
import type { RawValues } from './command.ts';
import type { ConsentOptions } from './options.ts';
import type { ProcessContext } from './context.ts';
import type { Session } from './session.ts';

export function requirePrompt(command: string, options: ConsentOptions, { canAsk }: ProcessContext): void {
  if (canAsk || (options.yes && options.account !== undefined)) return;
  throw new Refusal(
    `${command}: there is no terminal for a prompt, so it needs --yes --account 123456789012 (the account that you mean).`,
  );
}

export function requireAccount(command: string, { account }: Target, options: ConsentOptions): void {
  if (options.account === undefined || options.account === account) return;
  throw new Refusal(
    `${command}: these credentials belong to account ${account}, not to ${options.account}; nothing was done.`,
  );
}

interface Confirmation {
  readonly command: string;
  readonly proposal: string;
  /** `deregister 3 revisions` */
  readonly what: string;
  readonly account: string;
  /** `nothing was deregistered` */
  readonly nothing: string;
}

interface Rehearsable {
  readonly progress: Pick<Session['progress'], 'clear'>;
  readonly observeContext: { readonly aws: Pick<Session['observeContext']['aws'], 'isRedirected'> };
}

/** Shows the proposal and asks for the account's number. @throws Interrupted; Declined */
export async function confirm(
  { command, proposal, what, account, nothing }: Confirmation,
  { progress, observeContext: { aws } }: Rehearsable,
  json: boolean,
  context: Pick<ProcessContext, 'ask' | 'out' | 'err'>,
): Promise<void> {
  progress.clear();
  (json ? context.err : context.out)(`${proposal.trimEnd()}\n\n`);
  // In a rehearsal the prompt shows the number; for AWS itself the operator must know it.
  const shown = aws.isRedirected ? ` (${account})` : '';
  const typed = await context.ask(`Type the number of the account to ${what} in it${shown}: `);
  if (typed === undefined) throw new Interrupted(nothing);
  if (typed.trim() !== account) throw new Declined(`${command}: declined; ${nothing}.`);
}

/** Before the first change, an interrupt ends the command at once. After it, the current call finishes and is reported; a
 *  second interrupt does not wait.
 *  @param nothing `nothing was deregistered` */
export function handleInterrupts(context: ProcessContext, nothing: string) {
  let [acting, pressed] = [false, false];
  let abandon: (() => Promise<void>) | undefined;
  context.onInterrupt(() => {
    if (acting && !pressed) {
      pressed = true;
      context.err('\nInterrupted: the current call finishes and is reported. Interrupt again to leave at once.\n');
      return;
    }
    if (!acting) context.err(`\nInterrupted; ${nothing}.\n`);
    // Releases the lock, since nothing was done.
    const end = () => context.exitNow(exitCodes.interrupted);
    if (acting || abandon === undefined) end();
    else abandon().then(end, end);
    abandon = undefined;
  });
  return {
    begun: (release: () => Promise<void>) => {
      abandon = release;
    },
    acting: () => {
      acting = true;
    },
    stopped: () => (pressed ? interrupted : undefined),
  };
}

const interrupted: Stop = {
  by: 'interrupted',
  reason: 'the operator interrupted the run',
  remedy: 'Run it again for the rest.',
};

/** `--yes` never guesses the account. */
export function checkConsent(values: RawValues): readonly string[] {
  return values['yes'] === true && values['account'] === undefined
    ? ['--yes: needs --account with the number of the account that you mean']
    : [];
}

// Who changes an account is asked, names the account, and can stop: the same for every command that does.
import type { Stop } from '../shared/domain/apply-results.ts';
import type { Aws } from '../shared/aws/connect.ts';
import type { Target } from '../shared/domain/revision.ts';
import { Declined, exitCodes, Interrupted, Refusal } from './exit.ts';
import type { CommandName } from './help.ts';
import type { Options } from './options.ts';
import type { World } from './world.ts';

export function demandWayToAsk(command: CommandName, options: Options, { canAsk }: World): void {
  if (canAsk || (options.yes && options.account !== undefined)) return;
  throw new Refusal(
    `${command}: nobody can be asked here, so it needs --yes --account 123456789012 (the account that you mean).`,
  );
}

export function demandAccount(command: CommandName, { account }: Target, options: Options): void {
  if (options.account === undefined || options.account === account) return;
  throw new Refusal(
    `${command}: these credentials are of account ${account}, not of ${options.account}; nothing was done.`,
  );
}

/** Asks for the account's number. @throws Interrupted; Declined */
export async function demandNumber(
  command: 'prune' | 'restore',
  {
    what,
    account,
    nothing,
    aws,
  }: {
    readonly what: string;
    readonly account: string;
    readonly nothing: string;
    readonly aws: Pick<Aws, 'isRedirected'>;
  },
  world: Pick<World, 'ask'>,
): Promise<void> {
  // At a rehearsal the number may be copied; for AWS itself the operator has to know it.
  const copied = aws.isRedirected ? ` (${account})` : '';
  const typed = await world.ask(`Type the account's number to ${what} in it${copied}: `);
  if (typed === undefined) throw new Interrupted(nothing);
  if (typed.trim() !== account) throw new Declined(`${command}: declined; ${nothing}.`);
}

/** While nothing is done, the interrupt key ends the command at once. Afterwards the call under way is waited for, so that the
 *  report says what happened; a second press does not wait. */
export function interruptible(
  world: World,
  /** `nothing was deregistered` */
  nothing: string,
): {
  begun: (abandon: () => Promise<void>) => void;
  acting: () => void;
  stopped: () => Stop | undefined;
} {
  let [acting, pressed] = [false, false];
  let abandon: (() => Promise<void>) | undefined;
  world.onInterrupt(() => {
    if (acting && !pressed) {
      pressed = true;
      world.err(
        '\nInterrupted: finishing the call that is under way, then the report. Again to leave at once.\n',
      );
      return;
    }
    if (!acting) world.err(`\nInterrupted; ${nothing}.\n`);
    // The next run need not wait for the lock of one that did nothing.
    const end = () => world.exitNow(exitCodes.interrupted);
    if (acting || abandon === undefined) end();
    else abandon().then(end, end);
    abandon = undefined;
  });
  return {
    begun: (way) => {
      abandon = way;
    },
    acting: () => {
      acting = true;
    },
    stopped: () =>
      pressed
        ? { by: 'interrupted', reason: 'a person interrupted it', remedy: 'Run it again for the rest.' }
        : undefined,
  };
}

// Reads the arguments of `npm start`: the demonstration's account and settings, or any account file and settings. It reports
// problems before anything starts.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadSettings } from '../shared/settings/load.ts';
import { SettingsError } from '../shared/settings/problems.ts';
import { type Settings } from '../shared/settings/schema.ts';
import { bucketNames } from '../shared/sources/quotas.ts';
import { type AccountFile, readAccount } from '../sandbox/account-file.ts';
import { startSandbox } from '../sandbox/server.ts';

export const usage = `Usage: npm start                                    the demonstration
       npm start -- --story                         its whole story
       npm start -- --account FILE --settings FILE  a rehearsal

The demonstration shows a night of an account on this machine. The story shows two
nights, a rollback by hand in the first one, and a morning of repairs between them. A
rehearsal runs the nightly function once against an account of yours, with nothing
held back, and shows the mail and what would be left. Waits are skipped; no call
leaves the machine.

  --account FILE    an account file: what ./pruner snapshot prints, or by hand as in
                    sandbox/README.md. Default: sandbox/accounts/default.json
  --settings FILE   the policy. Default: pruner.yml, and for the demonstration its own

A rehearsal takes no account of AWS's request quotas: a real run takes longer.
`;

export interface Rehearsal {
  readonly account: AccountFile;
  readonly settings: Settings;
  /** The demonstration's account has raised quotas; all others are unlimited here. */
  readonly quotas: 'published' | 'none';
  readonly isDemonstration: boolean;
  /** The whole story of the demonstration. */
  readonly isStory: boolean;
}

/** A problem with the arguments. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param from the folder for relative file names
 *  @returns undefined for a call of the help
 *  @throws Unfit */
export async function rehearsalOf(args: readonly string[], from: string): Promise<Rehearsal | undefined> {
  const given = optionsIn(args);
  if (given.help === true) return undefined;
  const isDemonstration = given.account === undefined && given.settings === undefined;
  const isStory = given.story === true;
  if (isStory && !isDemonstration)
    throw new Unfit(
      '--story: given with --account or --settings, allowed: alone, since it is the story of one account',
    );
  const file = (name: string | undefined, otherwise: string) =>
    name === undefined ? resolve(root, otherwise) : resolve(from, name);
  const account = await accountIn(file(given.account, 'sandbox/accounts/default.json'), given.account);
  const ownSettings = given.account === undefined ? 'sandbox/accounts/default.settings.yml' : 'pruner.yml';
  const settings = settingsIn(file(given.settings, ownSettings), given.settings);
  return isDemonstration
    ? { account, settings, quotas: 'published', isDemonstration, isStory }
    : { account, settings: { ...settings, quotas: unlimited }, quotas: 'none', isDemonstration, isStory };
}

/** So much that no call waits. */
const unlimited = Object.fromEntries(bucketNames.map((name) => [name, { burst: 20_000, perSecond: 10_000 }]));

function optionsIn(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        account: { type: 'string' },
        settings: { type: 'string' },
        story: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new Unfit(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, {
      cause: error,
    });
  }
}

/** Reads the file and sets it up once, to find inconsistencies as well: a service in a missing cluster. */
async function accountIn(path: string, given = path): Promise<AccountFile> {
  try {
    const account = readAccount(path);
    await (await startSandbox({ account })).close();
    return account;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { cause, message } = error;
    if (cause instanceof SyntaxError)
      throw new Unfit(`--account ${given}: it is not JSON: ${cause.message}`, { cause: error });
    if (cause instanceof Error && 'code' in cause)
      throw new Unfit(`--account ${given}: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`, {
        cause: error,
      });
    throw new Unfit(message.replaceAll(path, given), { cause: error });
  }
}

function settingsIn(path: string, given = path): Settings {
  try {
    return loadSettings(path);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new Unfit(error.message.replaceAll(path, given), { cause: error });
  }
}

// Reads the settings of a command: the file that --settings names, the one of the checkout, or, from the package, the one in
// the current folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { narrow, type Narrowing } from '../shared/settings/narrow.ts';
import { type Settings, settingsSchema } from '../shared/settings/schema.ts';
import type { ProcessContext } from './context.ts';
import { isCheckout, root } from './installation.ts';
import type { CommonOptions } from './options.ts';

export const SETTINGS_FILE = 'pruner.yml';

/** @throws SettingsError */
export async function readSettings(
  options: Narrowing & Pick<CommonOptions, 'settings'>,
  { cwd, err }: Pick<ProcessContext, 'cwd' | 'err'>,
): Promise<Settings> {
  const usual = join(isCheckout ? root : cwd, SETTINGS_FILE);
  if (options.settings === undefined && !isCheckout && !existsSync(usual)) {
    err(`Note: there is no ${SETTINGS_FILE} in this folder, so every setting has its default.\n`);
    return narrow(settingsSchema.parse({}), options);
  }
  // Loaded here, since it brings the parser of YAML.
  const { loadSettings } = await import('../shared/settings/load.ts');
  return narrow(loadSettings(options.settings ?? usual), options);
}

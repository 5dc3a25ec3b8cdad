// Writes settings files to a folder that the test deletes at its end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../shared/settings/load.ts';
import { SettingsError } from '../../shared/settings/problems.ts';
import type { Settings } from '../../shared/settings/schema.ts';

export function withFile<Result>(content: string | Uint8Array, use: (file: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    const file = join(folder, 'pruner.yml');
    writeFileSync(file, content);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function settingsOf(yaml: string): Settings {
  return withFile(yaml, loadSettings);
}

/** The message of the refusal, without the folder. */
export function messageOf(content: string | Uint8Array): string {
  return withFile(content, (file) => refusalOf(() => loadSettings(file)).message.replaceAll(file, 'pruner.yml'));
}

export function refusalOf(act: () => unknown): SettingsError {
  try {
    act();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('These settings were accepted.');
}

// Reads the settings of a deployed stack: those of its parameter Settings, or those packed with the function. The parameter is
// kept in Systems Manager, and holds the settings or their address.
import { readFileSync } from 'node:fs';
import { Aws } from '../shared/aws/connect.ts';
import { describeError, type ErrorKind, kindOf, whereDenied } from '../shared/aws/errors.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { isAddress, readText, UnusableText } from '../shared/aws/read-text.ts';
import { systemClock } from '../shared/domain/clock.ts';
import type { Problem } from '../shared/domain/problem.ts';
import { defaults, parseSettings } from '../shared/settings/parse.ts';
import { SettingsError } from '../shared/settings/problems.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { EventError } from './input.ts';

/** With a problem, the settings are the defaults, and only good for a report. */
export interface DeployedSettings {
  readonly settings: Settings;
  readonly problem?: Problem;
}

/** As much as the parameter Settings of the template holds. */
const MOST_BYTES = 4_096;
/** At an address of S3 or Systems Manager: far more than useful settings have, and half of what a checkpoint holds. */
const MOST_BYTES_ELSEWHERE = 100_000;

/** Read at every invocation, since the demonstration and tests replace the file.
 *  @throws SettingsError where it is not valid */
export function readPackedSettings(beside: URL): Settings {
  const value: unknown = JSON.parse(readFileSync(process.env['SETTINGS_FILE'] ?? beside, 'utf8'));
  return parseSettings(value, 'settings.json');
}

/** @returns undefined where the stack has no parameter, so that the packed settings count */
export async function readSettingsParameter(): Promise<DeployedSettings | undefined> {
  const parameter = process.env['SETTINGS'] ?? '';
  if (parameter === '') return undefined;
  const { share, quotas, writeShare } = defaults;
  const pacer = new Pacer(systemClock, share, quotas, writeShare);
  const aws = new Aws({ clock: systemClock, pacer, endpoint: process.env['AWS_ENDPOINT_URL'] });
  let place = `ssm:${parameter}`;
  try {
    let text = await readText(aws, place, MOST_BYTES);
    if (isAddress(text)) {
      place = text.trim();
      text = await readText(aws, place, MOST_BYTES_ELSEWHERE);
    }
    const { parseSettingsText } = await import('../shared/settings/text.ts');
    return { settings: parseSettingsText(text, place) };
  } catch (error) {
    return unusable(error, place);
  } finally {
    aws.close();
  }
}

/** @param place continues `reading the settings in` */
export function unusable(error: unknown, place: string): DeployedSettings {
  return { settings: defaults, problem: problemOf(error, place) };
}

function problemOf(error: unknown, place: string): Problem {
  const operation = `reading the settings in ${place}`;
  if (error instanceof SettingsError || error instanceof EventError)
    return { operation, reason: error.message, remedy: 'Correct them; the next run reads them again.' };
  if (error instanceof UnusableText)
    return {
      operation,
      reason: error.message,
      remedy: 'Correct the parameter Settings of the stack, or what it names.',
    };
  return { operation, reason: describeError(error), remedy: remedyFor(error, place) };
}

function remedyFor(error: unknown, place: string): string {
  const action = place.startsWith('s3:') ? 's3:GetObject' : 'ssm:GetParameter';
  const allow = `Allow ${action} on it, and kms:Decrypt on its key, in ${whereDenied(error)}. The stack does so for the address in its parameter Settings.`;
  const check = 'Check that it exists in this account and Region, and the parameter Settings of the stack.';
  const advice: Partial<Record<ErrorKind, string>> = { denied: allow, locked: allow, gone: check, refused: check };
  return advice[kindOf(error)] ?? 'Check the network path to AWS.';
}

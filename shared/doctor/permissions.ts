// Checks each permission for reading by one call: a page of one item, or the description of an existing resource, else
// of a made-up one, since IAM decides before AWS looks it up.
import { errorCode, type Check, differs, notChecked, ok } from './check.ts';
import { kindOf } from '../aws/errors.ts';
import type { Aws } from '../aws/connect.ts';
import { needs } from '../sources/permissions.ts';
import type { Target } from '../domain/revision.ts';
import type { Settings } from '../settings/schema.ts';
import { type Probe, probesOf } from './probes.ts';

/** @returns a line for each permission, in the order in which a run needs them */
export async function checkPermissions(
  aws: Aws,
  target: Target,
  settings: Pick<Settings, 'without'>,
): Promise<Check[]> {
  const probes = probesOf(aws, target);
  const wanted = needs()
    .filter(({ purpose, name, optional }) => purpose === 'reading' && !(optional && settings.without.includes(name)))
    .filter(({ setting }) => setting === undefined)
    .flatMap(({ permissions }) => permissions);
  const checks: Check[] = [];
  for (const permission of new Set(wanted)) checks.push(await checkPermission(permission, probes[permission]));
  return checks;
}

async function checkPermission(permission: string, probe: Probe | undefined): Promise<Check> {
  if (probe === undefined) return notChecked(permission, 'another call of AWS needs it');
  try {
    await probe();
    return ok(permission, 'allowed');
  } catch (error) {
    switch (kindOf(error)) {
      case 'denied':
        return differs(permission, `denied: ${errorCode(error)}`);
      case 'gone':
        return ok(permission, 'allowed; nothing is there');
      case 'refused':
        return notChecked(permission, `nothing is there: ${errorCode(error)}`);
      case 'credentials':
      case 'locked':
      case 'throttled':
      case 'unanswered':
      case 'unknown':
        return differs(permission, errorCode(error));
    }
  }
}

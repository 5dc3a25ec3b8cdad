// Turns errors of AWS, its configuration and the state store into refusals with a remedy.
import { loadSharedConfigFiles } from '@smithy/core/config';
import { kindOf, describeError } from '../shared/aws/errors.ts';
import { program } from '../shared/domain/program.ts';
import { StateError } from '../shared/state/store.ts';
import { Declined, exitCodes, Interrupted, Refusal } from './exit.ts';
import type { CommonOptions } from './options.ts';
import type { ProcessContext } from './context.ts';

interface Asked {
  readonly profile: string | undefined;
  readonly region: string;
}

/** @throws Refusal when neither configuration file of the AWS SDK has the profile */
export async function requireProfile(
  { profile }: Pick<CommonOptions, 'profile'>,
  { env }: Pick<ProcessContext, 'env'>,
): Promise<void> {
  const wanted = profile ?? env['AWS_PROFILE'];
  if (wanted === undefined || wanted === '' || wanted === 'default') return;
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  if (wanted in configFile || wanted in credentialsFile) return;
  const file = env['AWS_CONFIG_FILE'] ?? '~/.aws/config';
  throw new Refusal(`profile "${wanted}" not found in ${file}`, {
    remedy: `Check ${profile === undefined ? 'AWS_PROFILE' : '--profile'}; \`aws configure list-profiles\` lists the profiles.`,
  });
}

/** @returns a refusal for an error of the state store or of a call to AWS; any other error unchanged */
export function toRefusal(error: unknown, { profile, region }: Asked): unknown {
  if (error instanceof Refusal || error instanceof Declined || error instanceof Interrupted) return error;
  if (error instanceof StateError)
    return new Refusal(`${error.operation}: ${error.reason}`, {
      remedy: error.remedy,
      code: exitCodes.held,
      cause: error,
    });
  const of = profile === undefined ? '' : ` --profile ${profile}`;
  const refusal = (reason: string, remedy: string) =>
    new Refusal(reason, { remedy, code: exitCodes.failed, cause: error });
  if (error instanceof Error && error.name === 'CredentialsProviderError')
    return /could not load credentials/i.test(error.message)
      ? refusal(
          `no AWS credentials found${profile === undefined ? '' : ` for profile "${profile}"`}`,
          `Run \`aws sso login${of}\` or \`aws configure${of}\`, or set AWS_PROFILE.`,
        )
      : refusal(
          `cannot load AWS credentials: ${error.message}`,
          `Try \`aws sts get-caller-identity${of}\`, which reads the same configuration.`,
        );
  switch (kindOf(error)) {
    case 'unanswered':
      return refusal(
        `cannot reach AWS in ${region}: ${describeError(error)}`,
        "Check the Region's name, the network path to AWS and AWS_ENDPOINT_URL.",
      );
    case 'credentials':
      return refusal(
        `AWS refused the credentials: ${describeError(error)}`,
        `Check or renew the credentials (\`aws sts get-caller-identity${of}\`), and that the Region is enabled for the account.`,
      );
    case 'denied':
      return refusal(
        `AWS denied a call: ${describeError(error)}`,
        `Allow it: \`${program()} permissions\` lists what each part needs.`,
      );
    case 'unknown':
      return error;
    case 'gone':
    case 'locked':
    case 'refused':
    case 'throttled':
      return refusal(`a call to AWS failed: ${describeError(error)}`, 'Run again. If it fails again, report it.');
  }
}

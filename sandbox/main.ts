/**
 * Starts an account from a file for the AWS CLI, an SDK or the command line: `node sandbox/main.ts --account
 * sandbox/accounts/default.json`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { policyDocument, type PolicyDocument } from './iam/policy.ts';
import type { SandboxOptions } from './server.ts';

const usage = `Usage: node sandbox/main.ts --account FILE [--port N] [--page-size N] [--role KEY=POLICY.json ...]

  --account FILE           the account, as sandbox/README.md describes it
  --port N                 where it listens on 127.0.0.1 (any free port)
  --page-size N            no page of any list is larger than this
  --role KEY=POLICY.json   what the access key id KEY may do; other keys may do everything`;

async function readOptions(): Promise<SandboxOptions> {
  const { values } = parseArgs({
    options: {
      account: { type: 'string' },
      port: { type: 'string' },
      'page-size': { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.account === undefined) throw new Error('--account is missing.');
  const pageSize = parseWholeNumber('--page-size', values['page-size'], 1);
  // Loading the SDK's schemas takes a while. Loaded here, they do not delay an error about an option.
  const { readAccount } = await import('./account-file.ts');
  return {
    account: readAccount(values.account),
    port: parseWholeNumber('--port', values.port, 0) ?? 0,
    ...(pageSize === undefined ? {} : { pageSize }),
    roles: Object.fromEntries(values.role.map((role) => parseRole(role))),
  };
}

function parseWholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < least)
    throw new Error(`${name} is a whole number from ${least}, not ${text}.`);
  return Number(text);
}

/** Parses `KEY=POLICY.json`. The file holds one policy document or a list. */
function parseRole(role: string): [string, PolicyDocument[]] {
  const [, key, path] = /^([^=]+)=(.+)$/.exec(role) ?? [];
  if (key === undefined || path === undefined) throw new Error(`--role is KEY=POLICY.json, not ${role}.`);
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const policies: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return [key, policies.map((policy) => checkedPolicy(policy, path))];
}

function checkedPolicy(policy: unknown, path: string): PolicyDocument {
  if (isPolicy(policy)) return policy;
  const message = policyDocument.safeParse(policy).error?.issues.map(({ message }) => message) ?? [];
  throw new Error(`${path} is not a policy that the sandbox supports: ${message.join('; ')}`);
}

const isPolicy = (policy: unknown): policy is PolicyDocument => policyDocument.safeParse(policy).success;

try {
  const options = await readOptions();
  const { startSandbox } = await import('./server.ts');
  const sandbox = await startSandbox(options);
  const { account, region } = sandbox.account.place;
  console.log(`The sandbox account ${account} in ${region} listens on ${sandbox.url}

Aim the AWS CLI, an SDK or the pruner at it:

  export AWS_ENDPOINT_URL=${sandbox.url} AWS_REGION=${region}
  export AWS_ACCESS_KEY_ID=anyone AWS_SECRET_ACCESS_KEY=anything
  aws ecs list-task-definition-families

Ctrl-C ends it.`);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}

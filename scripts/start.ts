// The demonstration, or a rehearsal on an account of one's own: the bundled function prunes an account on this machine, and
// the operator's mail comes out at the end. Everything is what runs in AWS but for AWS itself, which is the sandbox.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { StorageBucket } from '../sandbox/s3/storage.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { build } from './build.ts';
import { savings } from './savings.ts';
import { reportDocument } from '../shared/report/schema.ts';
import { invoke } from './lambda.ts';
import type { Answer } from './lambda-worker.ts';
import { type Rehearsal, rehearsalOf, Unfit, usage } from './rehearsal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out');

/** Two screens: an account may have thousands of families. */
const MOST_FAMILIES = 60;

const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const strong = (text: string) => (color ? styleText('bold', text) : text);
const faint = (text: string) => (color ? styleText('dim', text) : text);
const say = (text = '') => void process.stdout.write(`${text}\n`);
// `npm start | head` closes the pipe early.
process.stdout.on('error', () => process.exit());

// npm starts in the folder of package.json and remembers where it was called.
const asked = await asksFor(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
mkdirSync(out, { recursive: true });
const { outdir } = await build();
// The settings of this run, as the build would put them beside the function.
const packed = join(out, 'settings.json');
writeFileSync(packed, JSON.stringify(asked.settings));

const sandbox = await startSandbox({ account: asked.account, quotas: asked.quotas });
const { partition, account, region } = sandbox.account.place;
const topicArn = `arn:${partition}:sns:${region}:${account}:ecs-revision-pruner`;
const bucket = 'ecs-revision-pruner-state';
// A snapshot has neither, as an account in which nothing is deployed yet.
sandbox.account.topics.add(topicArn);
sandbox.account.storage.add(new StorageBucket(bucket, { region, createdAt: new Date() }));
say(strong(`The account ${account} in ${region}, here at ${sandbox.url}`));
say(
  faint(
    asked.quotas === 'none'
      ? '(a sandbox that speaks the AWS API; its request quotas are not kept here, so that you need not wait:'
      : '(a sandbox that speaks the AWS API; its request quotas have been raised, as AWS does on request,',
  ),
);
say(
  faint(
    asked.quotas === 'none'
      ? ' a real run keeps to its share of them and takes longer)'
      : ' so that you need not wait the seven minutes that the published ones would take)',
  ),
);
say();
say(strong('The night: EventBridge Scheduler invokes the function with {}'));
const before = activeIn(sandbox);
const { answer, log } = await night(sandbox);
const after = activeIn(sandbox);

const [mail] = sandbox.account.published.slice(-1);
if (mail === undefined) throw new Error(`The function sent no report; its log:\n${log.join('\n')}`);
const variants: { email: string } = JSON.parse(mail.Message);
writeFileSync(join(out, 'email.txt'), `Subject: ${mail.Subject ?? ''}\n\n${variants.email}`);
writeFileSync(join(out, 'log.jsonl'), `${log.join('\n')}\n`);
writeFileSync(
  join(out, 'report.json'),
  `${JSON.stringify('answer' in answer ? answer.answer : answer, null, 2)}\n`,
);
await sandbox.close();

say();
say(strong('The email, as the operator gets it'));
say();
say(framed([`Subject: ${mail.Subject ?? ''}`, '', ...variants.email.trimEnd().split('\n')]));
const saved = 'answer' in answer ? savings(reportDocument.parse(answer.answer)) : [];
if (saved.length > 0) {
  say();
  say(strong('Saved: what nothing else would have kept, one of each kind'));
  say();
  for (const line of saved) say(`  ${line}`);
}
say();
say(strong('The account before and after (ACTIVE revisions)'));
say();
for (const line of comparison(before, after)) say(line);
say();
say(
  `The report as JSON: ${relative(process.cwd(), join(out, 'report.json'))}, the email: ${relative(process.cwd(), join(out, 'email.txt'))}, the log: ${relative(process.cwd(), join(out, 'log.jsonl'))}`,
);
say(`Against your own account, reading only: ${strong('./pruner plan')}`);
if ('failed' in answer) {
  say(`The function failed: ${answer.failed}`);
  process.exitCode = 1;
}

/** Runs the bundle and shows what its log says as it says it. */
async function night({ url }: Sandbox): Promise<{ answer: Answer; log: string[] }> {
  let gone = 0;
  const result = await invoke({
    bundle: join(outdir, 'prune.mjs'),
    event: {},
    functionArn: `arn:${partition}:lambda:${region}:${account}:function:ecs-revision-pruner-demo-prune`,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'DEMONSTRATION',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_LAMBDA_FUNCTION_NAME: 'ecs-revision-pruner-demo-prune',
      TOPIC_ARN: topicArn,
      STATE: `s3://${bucket}`,
      DRY_RUN: 'false',
      SETTINGS_FILE: packed,
      POWERTOOLS_SERVICE_NAME: 'ecs-revision-pruner-demo',
      POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    },
    onLine: (line) => {
      gone = show(line, gone);
    },
  });
  if (process.stdout.isTTY) process.stdout.write('\r\u001B[K');
  say(`  deregistered ${gone} revisions`);
  return result;
}

/** One line a part that was read; one that counts up while revisions go. */
function show(line: string, gone: number): number {
  const entry: { message?: string; part?: string; items?: number; calls?: number } = JSON.parse(line);
  if (entry.message === 'read')
    say(
      `  ${gone > 0 ? 'looked again at' : 'read'} ${entry.part ?? ''}: ${entry.items ?? 0} in ${entry.calls ?? 0} ${entry.calls === 1 ? 'call' : 'calls'}`,
    );
  if (entry.message !== 'deregistered') return gone;
  if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K  deregistered ${gone + 1} revisions ...`);
  return gone + 1;
}

function activeIn({ account }: Sandbox): Map<string, number> {
  return new Map(account.revisions.families().map(({ name, active }) => [name, active]));
}

/** Ends with 2 when there is nothing to begin with, and with 0 after the help. */
async function asksFor(args: readonly string[], from: string): Promise<Rehearsal> {
  try {
    const rehearsal = await rehearsalOf(args, from);
    if (rehearsal !== undefined) return rehearsal;
    say(usage);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function comparison(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  // Where not all fit, those that have changed.
  const changed = [...before].filter(
    ([family, was]) => before.size <= MOST_FAMILIES || was !== after.get(family),
  );
  const shown = changed.slice(0, MOST_FAMILIES);
  const width = Math.max('family'.length, ...shown.map(([family]) => family.length));
  const row = (family: string, was: string, is: string) =>
    `  ${family.padEnd(width)}  ${was.padStart(6)}  ${is.padStart(6)}`;
  const sum = (counts: ReadonlyMap<string, number>) =>
    [...counts.values()].reduce((all, one) => all + one, 0);
  return [
    faint(row('family', 'before', 'after')),
    ...shown.map(([family, was]) => row(family, `${was}`, `${after.get(family) ?? 0}`)),
    ...(shown.length < before.size ? [faint(`  ... and ${before.size - shown.length} other families`)] : []),
    row('', `${sum(before)}`, `${sum(after)}`),
  ];
}

function framed(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length));
  const bar = '\u2500'.repeat(width + 2);
  return [
    `\u250C${bar}\u2510`,
    ...lines.map((line) => `\u2502 ${line.padEnd(width)} \u2502`),
    `\u2514${bar}\u2518`,
  ].join('\n');
}

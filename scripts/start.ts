// `npm start`: the demonstration, or a rehearsal on an account file. The bundled function prunes an account in the sandbox and
// sends its mail; only AWS itself is emulated.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox/server.ts';
import { type Rehearsal, rehearsalOf, Unfit, usage } from './rehearsal.ts';
import { savings } from './savings.ts';
import { abreast, faint, framed, heading, say, strong } from './screen.ts';
import { type Night, openStage, type Stage } from './stage.ts';
import { hour, telling } from './telling.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out');

/** Two screens, since an account may have thousands of families. */
const MOST_FAMILIES = 60;

// npm runs in the folder of package.json and records the folder of the caller.
const asked = await asksFor(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
mkdirSync(out, { recursive: true });
const stage = await openStage(asked, out);
const { account, region } = stage.sandbox.account.place;
say(
  strong(`The account ${account} in ${region}, on this machine (${stage.sandbox.url})`),
  ...(asked.isDemonstration
    ? [
        faint('The function is the one that is deployed; AWS is a sandbox that speaks its API.'),
        faint('Waits are skipped, and its request quotas are raised, as AWS does on request:'),
        faint('with the published ones the first night would take some minutes more.'),
      ]
    : [
        faint('A sandbox that speaks the AWS API. Waits are skipped, and request quotas are not'),
        faint('kept here: a real run keeps to its share of them and takes longer.'),
      ]),
);

const before = activeIn(stage.sandbox);
// Loads the command line while the environment of the function starts.
const play = asked.isDemonstration ? (await import('./nights.ts')).twoNights : oneNight;
const nights = await play(stage, asked);
const after = activeIn(stage.sandbox);
await stage.close();

const [first] = nights;
const saved = first === undefined ? [] : savings(first.document);
if (saved.length > 0) heading('Saved: what nothing else would have kept, one of each kind');
for (const line of saved) say(`  ${line}`);
heading('ACTIVE revisions, before and after');
for (const line of comparison(before, after)) say(`  ${line}`);
say('', `In ${relative(process.cwd(), out) || '.'}/: ${keep(nights, stage.log).join(', ')}`);
say(`Against your own account, reading only: ${strong('./pruner plan')}`);
for (const { answer } of nights)
  if ('failed' in answer) {
    say(`The function failed: ${answer.failed}`);
    process.exitCode = 1;
  }

async function oneNight(stage: Stage, { settings }: Rehearsal): Promise<readonly Night[]> {
  heading(`The night, ${hour(stage.clock.now())} UTC: EventBridge Scheduler invokes the function with {}`);
  const told = telling(stage.clock);
  const night = await stage.night(settings, told);
  told.ended();
  say('', framed(night.mail));
  return [night];
}

/** @returns the files' names */
function keep(nights: readonly Night[], log: readonly string[]): string[] {
  const files = new Map([['log.jsonl', `${log.join('\n')}\n`]]);
  for (const [index, { mail, document }] of nights.entries()) {
    const which = index === 0 ? '' : `-${index + 1}`;
    files.set(`email${which}.txt`, `Subject: ${mail.subject}\n\n${mail.body}`);
    files.set(`report${which}.json`, `${JSON.stringify(document, null, 2)}\n`);
  }
  for (const [name, text] of files) writeFileSync(join(out, name), text);
  return [...files.keys()].toSorted();
}

function activeIn({ account }: Sandbox): Map<string, number> {
  return new Map(account.revisions.families().map(({ name, active }) => [name, active]));
}

/** Exits with 2 for wrong arguments, and with 0 after the help. */
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
  // If not all fit, only the changed ones are shown.
  const changed = [...before].filter(([family, was]) => before.size <= MOST_FAMILIES || was !== after.get(family));
  const shown = changed.slice(0, MOST_FAMILIES);
  const width = Math.max('family'.length, ...shown.map(([family]) => family.length));
  const row = (family: string, was: string, is: string) =>
    `${family.padEnd(width)}  ${was.padStart(6)}  ${is.padStart(6)}`;
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((all, one) => all + one, 0);
  return [
    ...abreast(row('family', 'before', 'after'), [
      ...shown.map(([family, was]) => row(family, `${was}`, `${after.get(family) ?? 0}`)),
      strong(row('all', `${sum(before)}`, `${sum(after)}`)),
    ]),
    ...(shown.length < before.size ? [faint(`... and ${before.size - shown.length} other families`)] : []),
  ];
}

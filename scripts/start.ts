// `npm start`: the demonstration, or a rehearsal on an account file. The bundled function prunes an account in the sandbox and
// sends its mail; only AWS itself is emulated.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox/server.ts';
import { withoutComputed } from './computed.ts';
import { type Rehearsal, rehearsalOf, Unfit, usage } from './rehearsal.ts';
import { savings } from './savings.ts';
import { wrap } from '../shared/report/text/wrap.ts';
import { abreast, columns, faint, framed, heading, say, strong } from './screen.ts';
import { type Night, openStage, type Stage } from './stage.ts';
import { hour, telling } from './telling.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out');

/** Of the mail, so that the demonstration fits one screen. */
const MOST_LINES = 26;
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
const nights = await play(stage, asked);
const after = activeIn(stage.sandbox);
await stage.close();

const files = keep(nights, stage.log).join(', ');
const isShort = asked.isDemonstration && !asked.isStory;
if (!isShort) showSaved(nights, before, after);
say('', strong(`${sumOf(before)} \u2192 ${sumOf(after)} ACTIVE revisions.`));
const folder = relative(process.cwd(), out) || '.';
say(...wrap(`In ${folder}/: ${files}`, { width: columns, rest: '  ' }));
say(`The night as a page, for a browser: ${strong(join(folder, 'report.html'))}`);
if (isShort) say(`A rollback by hand, its repair and a second night: ${strong('npm start -- --story')}`);
say(`Against your own account, reading only: ${strong('./pruner plan')}`);
for (const { answer } of nights)
  if ('failed' in answer) {
    say(`The function failed: ${answer.failed}`);
    process.exitCode = 1;
  }

async function play(stage: Stage, rehearsal: Rehearsal): Promise<readonly Night[]> {
  // The story loads the command line while the environment of the function starts.
  if (rehearsal.isStory) return (await import('./nights.ts')).twoNights(stage, rehearsal);
  const { settings, isDemonstration } = rehearsal;
  heading(`The night, ${hour(stage.clock.now())} UTC: EventBridge Scheduler invokes the function with {}`);
  const told = telling(stage.clock);
  const night = await stage.night(isDemonstration ? withoutComputed(settings) : settings, told);
  told.ended();
  say('', framed(night.mail, isDemonstration ? MOST_LINES : undefined));
  return [night];
}

function showSaved([first]: readonly Night[], before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) {
  const saved = first === undefined ? [] : savings(first.document);
  if (saved.length > 0) heading('Saved: what nothing else would have kept, one of each kind');
  for (const line of saved) say(`  ${line}`);
  heading('ACTIVE revisions, before and after');
  for (const line of comparison(before, after)) say(`  ${line}`);
}

/** @returns the files' names */
function keep(nights: readonly Night[], log: readonly string[]): string[] {
  const files = new Map([['log.jsonl', `${log.join('\n')}\n`]]);
  for (const [index, { mail, document, page }] of nights.entries()) {
    const which = index === 0 ? '' : `-${index + 1}`;
    files.set(`email${which}.txt`, `Subject: ${mail.subject}\n\n${mail.body}`);
    if (page !== undefined) files.set(`report${which}.html`, page);
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

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, one) => all + one, 0);
}

function comparison(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  // If not all fit, only the changed ones are shown.
  const changed = [...before].filter(([family, was]) => before.size <= MOST_FAMILIES || was !== after.get(family));
  const shown = changed.slice(0, MOST_FAMILIES);
  const width = Math.max('family'.length, ...shown.map(([family]) => family.length));
  const row = (family: string, was: string, is: string) =>
    `${family.padEnd(width)}  ${was.padStart(6)}  ${is.padStart(6)}`;
  return [
    ...abreast(row('family', 'before', 'after'), [
      ...shown.map(([family, was]) => row(family, `${was}`, `${after.get(family) ?? 0}`)),
      strong(row('all', `${sumOf(before)}`, `${sumOf(after)}`)),
    ]),
    ...(shown.length < before.size ? [faint(`... and ${before.size - shown.length} other families`)] : []),
  ];
}

// The demonstration: two nights of the default account. In the first night an operator rolls back to a revision that was just
// deregistered. The remedies of the mail are then carried out literally, and the second night is quiet.
import type { StoredService } from '../sandbox/ecs/services.ts';
import { parse } from 'yaml';
import { parseSettings } from '../shared/settings/parse.ts';
import { type CarriedOut, carryOut, commandIn } from './commands.ts';
import { COMPUTED_FAMILIES } from './computed.ts';
import { faint, framed, heading, indented, say } from './screen.ts';
import type { Night, Stage } from './stage.ts';
import { hour, telling } from './telling.ts';
import type { Settings } from '../shared/settings/schema.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Deregistered in the first night: the revision before the one that the service runs. */
const TAKEN = { cluster: 'prod', service: 'orders-api', revision: 'orders-api:32' };
/** Deregistered in the first night as well, and restored. */
const WANTED = 'web:137';
const TAKEN_AFTER_MS = 4 * 60_000;

export async function twoNights(stage: Stage, { settings }: Rehearsal): Promise<readonly Night[]> {
  const { clock } = stage;
  const began = clock.now();
  heading(`First night, ${hour(began)} UTC: EventBridge Scheduler invokes the function with {}`);
  const first = await told(stage, settings, () => takeUp(stage));

  clock.advance(began + 4.5 * 3_600_000 - clock.now());
  heading(`Morning, ${hour(clock.now())} UTC: what the mail says is done, word for word`);
  const restored = await paste(commandIn(first.mail.body, `./pruner restore ${TAKEN.revision}`), stage);
  const repair = commandIn(restored, 'aws ecs update-service');
  const restore = commandIn(first.mail.body, './pruner restore').replace(TAKEN.revision, WANTED);
  // Concurrently, since the AWS CLI starts slowly.
  const [repaired, restoredAgain] = [carryOut(repair, stage, WIDTH), carryOut(restore, stage, WIDTH)];
  show(repair, await repaired);
  finish(stage);
  say('Another operator wants a revision back that nothing referenced:', '');
  show(restore, await restoredAgain);
  const nextSettings = leftOut(first, settings);

  clock.advance(began + 24 * 3_600_000 - clock.now());
  heading(`Second night, ${hour(clock.now())} UTC, 24 hours after the first`);
  return [first, await told(stage, nextSettings)];
}

async function told(stage: Stage, settings: Settings, meanwhile?: () => Promise<void>): Promise<Night> {
  const watching = telling(stage.clock, meanwhile);
  const night = await stage.night(settings, watching);
  watching.ended();
  say('', framed(night.mail));
  return night;
}

/** AWS may start an INACTIVE revision for ten minutes, and here it does. */
async function takeUp(stage: Stage): Promise<void> {
  const { clock, sandbox } = stage;
  clock.advance(TAKEN_AFTER_MS);
  const { cluster, service, revision } = TAKEN;
  sandbox.account.updateService({ cluster, service, taskDefinition: revision });
  say(
    `  ${hour(clock.now())}  meanwhile an operator rolls service ${cluster}/${service} back by hand,`,
    `         to ${revision}, which has just gone`,
  );
  finish(stage);
}

/** Skips the minutes of a rollout. */
function finish({ sandbox }: Stage): StoredService {
  return sandbox.account.finishDeployment(TAKEN);
}

/** Prints a command and its output. */
const WIDTH = 78;

/** @returns its output */
async function paste(command: string, stage: Stage): Promise<string> {
  const became = await carryOut(command, stage, WIDTH);
  show(command, became);
  return became.output;
}

function show(command: string, { output, code, by }: CarriedOut): void {
  const why = by === undefined ? [] : [faint(`  (the same call, made by ${by})`)];
  say(`  $ ${shown(command, WIDTH - 2, '      ')}`, ...why, indented(output), '');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

/** The remedy for an unresolved reference: the line that leaves it out, and the protection of its families. */
function leftOut({ mail }: Night, settings: Settings): Settings {
  const [, line] = /^ +(without: \[.*\])$/m.exec(mail.body) ?? [];
  if (line === undefined) throw new Error(`The mail has no line for the settings:\n${mail.body}`);
  const lines = `${line}\noverrides:\n  - { families: '${COMPUTED_FAMILIES}', protect: true }`;
  say('And pruner.yml gets the line that the mail has for it, and a protection:', '', indented(lines, '    '));
  const { without, overrides } = parseSettings(parse(lines), 'the lines of the mail');
  return { ...settings, without, overrides: [...settings.overrides, ...overrides] };
}

/** As a shell accepts it, within this width. */
function shown(command: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of command.split(/ (?=--)/)) {
    if (line !== '' && line.length + 1 + word.length + 2 > width) {
      lines.push(`${line} \\`);
      line = word;
    } else line += (line === '' ? '' : ' ') + word;
  }
  return [...lines, line].join(`\n${indent}`);
}

// `npm run bench`: what a night costs, in calls, in time at AWS's published quotas, in memory and in CPU, for accounts of
// three sizes; the throttling of deployers meanwhile; the start of the command line; and a hub of many targets. Ends with 1 when a run is held, needs many more calls than the
// fewest, or throttles a deployer.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sizeNames, sizes } from './account.ts';
import { commandLineTable, type Figure, measureCommandLine } from './command-line.ts';
import { deployersComplaints, deployersTable, measureDeployers, type Throttled } from './deployer.ts';
import { fleetComplaints, type FleetMeasured, fleetTable, measureFleet } from './fleet.ts';
import { measure, type SizeMeasured } from './measure.ts';
import { measureScale, scaleComplaints, type ScaleMeasured, scaleTable } from './scale.ts';
import { complaints, table } from './table.ts';

const usage = `Usage: npm run bench -- [--only PART] [--json FILE]

Runs against an account in the sandbox by a clock in which time passes only while
a task waits: an answer takes 40 ms, the quotas are those that AWS publishes.
Everything but memory and CPU is the same on every machine.

  --only PART    ${sizeNames.join(', ')}, deployers, scale, cli or fleet; all of them
                 when left out. scale: memory and CPU at up to a million revisions;
                 fleet: a hub of up to 5,000 targets
  --json FILE    writes the same numbers there
`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

try {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) say(usage);
  else await bench(values.only, values.json);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}

async function bench(only: string | undefined, file: string | undefined): Promise<void> {
  const wanted = sizeNames.filter((name) => only === undefined || name === only);
  const isDeployers = only === undefined || only === 'deployers';
  const isScale = only === undefined || only === 'scale';
  const isCli = only === undefined || only === 'cli';
  const isFleet = only === undefined || only === 'fleet';
  if (wanted.length === 0 && !isDeployers && !isScale && !isCli && !isFleet)
    throw new Error(`--only ${only}: there is no such part.`);
  const all: Record<string, SizeMeasured | Throttled[] | ScaleMeasured[] | Figure[] | FleetMeasured[]> = {};
  const wrong: string[] = [];
  for (const name of wanted) {
    const measured = await measure(sizes[name]);
    all[name] = measured;
    say(table(name, measured));
    wrong.push(...complaints(name, measured));
  }
  if (isDeployers) {
    const measured = await measureDeployers();
    all['deployers'] = measured;
    say(deployersTable(measured));
    wrong.push(...deployersComplaints(measured));
  }
  if (isScale) {
    const measured = await Array.fromAsync(measureScale());
    all['scale'] = measured;
    say(scaleTable(measured));
    wrong.push(...scaleComplaints(measured));
  }
  if (isFleet) {
    const measured = await Array.fromAsync(measureFleet());
    all['fleet'] = measured;
    say(fleetTable(measured));
    wrong.push(...fleetComplaints(measured));
  }
  // Figures of this machine: they are printed, and fail nothing.
  if (isCli) {
    const measured = await measureCommandLine();
    all['cli'] = measured;
    say(commandLineTable(measured));
  }
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  for (const one of wrong) process.stderr.write(`${one}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

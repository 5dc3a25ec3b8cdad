// The measured half of the benchmark, in a process of its own, so that memory and CPU are the product's alone: one run
// against a sandbox that the other half holds, by the benchmark's clock. Writes what it cost as one line of JSON.
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Aws } from '../../shared/aws/connect.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { run, type RunOptions } from '../../shared/run/run.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { openFolderStore } from '../../shared/state/folder.ts';
import { inProcess } from '../../shared/run/steps.ts';
import { REGION, TOPIC } from '../support/account.ts';
import { VirtualClock } from './clock.ts';
import type { Cost } from './cost.ts';

/** The time of an answer from AWS. */
const ANSWER_MS = 40;

/** Tells the sandbox what time it is, and lets an answer take its time. */
class TimedHandler extends NodeHttpHandler {
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    super();
    this.#clock = clock;
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    request.headers['x-benchmark-now'] = String(this.#clock.now());
    const answer = await this.#clock.whileBusy(async () => {
      const { response } = await super.handle(request, options);
      if (response.body instanceof Readable) response.body = Readable.from([await buffer(response.body)]);
      return { response };
    });
    await this.#clock.sleep(ANSWER_MS);
    return answer;
  }
}

const [mode, began] = process.argv.slice(2);
const clock = new VirtualClock(Number(began));
const pacer = new Pacer(clock, defaults.share, {}, defaults.writeShare);
const aws = new Aws({ region: REGION, clock, pacer, handler: new TimedHandler(clock) });
let made: Report | undefined;
const folder = mkdtempSync(path.join(tmpdir(), 'bench-state-'));
const options: RunOptions = {
  id: 'benchmark',
  by: 'command line',
  stateAccess: { state: openFolderStore(folder), writes: mode === 'prune', version: '0.0.0' },
  keepsRecords: mode === 'prune',
  allowsMorePasses: true,
  skipWindowReason: () => undefined,
  onReport: (report) => {
    made = report;
  },
  version: '0.0.0',
  aws,
  pacer,
  clock,
  settings: defaults,
  dryRun: mode !== 'prune',
  topicArn: TOPIC,
  outOfTime: () => false,
  stopRequested: () => undefined,
  onReading: () => undefined,
  onProgress: () => undefined,
};
await run(options, inProcess({ clock }));
aws.close();
rmSync(folder, { recursive: true });
if (made === undefined) throw new Error('the run has made no report');
const report: Report = made;

const { user, system } = process.cpuUsage();
const [fault] = report.plan?.hold?.problems ?? [];
const cost: Cost = {
  outcome: report.outcome,
  going: report.plan?.toDeregister.length ?? 0,
  deregistered: report.results.deregistered.length,
  hold: fault === undefined ? report.failure?.reason : `${fault.operation}: ${fault.reason}`,
  seconds: report.run.tookMs / 1000,
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  cpuSeconds: Math.round((user + system) / 100_000) / 10,
};
process.stdout.write(`${JSON.stringify(cost)}\n`);

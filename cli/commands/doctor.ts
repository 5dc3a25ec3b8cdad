// `pruner doctor`: asks a real account, by reading calls alone, what a bug report needs to know. Prints no name but the account's
// number.
import type { Check, Status } from '../../shared/doctor/check.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { doctorJson } from '../../shared/doctor/json.ts';
import { wrap } from '../../shared/report/text/wrap.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { toRefusal } from '../failure.ts';
import type { Options } from '../options.ts';
import { openSession } from '../session.ts';
import type { ProcessContext } from '../context.ts';

export async function doctorCommand(options: Options, world: ProcessContext): Promise<ExitCode> {
  const { surroundings, progress } = await openSession(options, world, { writes: false, opensState: false });
  world.onInterrupt(() => {
    world.err('\nInterrupted; the doctor changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const { aws, settings } = surroundings;
  try {
    await aws.identity(new Tally()).catch(async (error: unknown) => {
      throw toRefusal(error, { profile: options.profile, region: await aws.region() });
    });
    // The clients of a dozen services, which no other command needs to load.
    const { diagnose } = await import('../../shared/doctor/doctor.ts');
    const diagnosis = await diagnose({
      aws,
      settings,
      stage: options.stage,
      topicArn: options.topic,
      progress: progress.checking,
    });
    progress.clear();
    const { checks } = diagnosis;
    world.out(
      options.json
        ? `${JSON.stringify(doctorJson(diagnosis))}\n`
        : `${asText(checks, world.width).join('\n')}\n`,
    );
    return checks.some(({ status }) => status === 'differs') ? exitCodes.failed : exitCodes.done;
  } finally {
    progress.clear();
    aws.close();
  }
}

function asText(checks: readonly Check[], width: number): string[] {
  const column = 'not checked'.length + 2;
  const lines = checks.flatMap(({ name, status, saw }) =>
    wrap(`${name}: ${saw}`, { width, first: status.padEnd(column), rest: ' '.repeat(column) }),
  );
  const count = (status: Status) => checks.filter((one) => one.status === status).length;
  return [
    ...lines,
    '',
    `${count('ok')} ok, ${count('differs')} differ, ${count('not checked')} not checked.`,
  ];
}

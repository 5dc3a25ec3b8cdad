// Two at once: the second begins at each call and each checkpoint of the first, and runs to its end while the first is held
// up there. One of them works, the other says who does; a machine that was suspended for so long that its lock is over finds
// out before its next deregistration.
import { describe, expect, test } from 'vitest';
import { untruthsOf } from './durable/expected.ts';
import { aNight, type Night, openNight } from './durable/night.ts';

const undisturbed = await openNight();
const { moments } = await undisturbed.durable();
await undisturbed.close();
const quiet = await openNight();
const inTerminal = await quiet.commandLine();
await quiet.close();
const numbered = (all: typeof moments) =>
  all.filter(({ when }) => when === 'before').map((moment) => ({ ...moment, number: moment.index + 1 }));

/** One of them worked, or both in turn. The other reports which one worked. */
function wrongAfter(night: Night, names: readonly string[]): string[] {
  const unexplained = night.witness
    .mails()
    .filter(({ report: { outcome } }) => outcome !== 'OK' && outcome !== 'HELD')
    .map(({ report }) => `${report.run.id} is ${report.outcome}: ${report.verdict}`);
  return [...untruthsOf(night, names), ...unexplained];
}

describe.each([
  { second: 'the same function', how: 'durable', name: 'OTHER' },
  { second: 'a command line', how: 'commandLine', name: 'TERMINAL' },
] as const)('$second begins', ({ how, name }) => {
  test.each(numbered(moments))('at moment $number, $what', async ({ index }) => {
    const night = await aNight();
    let begun = false;
    const ended = await night.durable(
      {},
      {
        at: async (moment) => {
          if (moment.index !== index || begun) return;
          begun = true;
          await night[how]({ id: name }, { name });
        },
      },
    );
    expect(ended.status).toBe('SUCCEEDED');
    expect(wrongAfter(night, ['FUNCTION', name])).toEqual([]);
  });
});

/** Longer than the lease of any lock. */
const SUSPENDED_MS = 3 * 3_600_000;

describe('a laptop is suspended for three hours while the function runs', () => {
  test.each(numbered(inTerminal.moments))('at moment $number, $what', async ({ index, what }) => {
    const night = await aNight();
    let begun = false;
    const ended = await night.commandLine(
      {},
      {
        at: async (moment) => {
          if (moment.index !== index || begun) return;
          begun = true;
          night.clock.jump(SUSPENDED_MS);
          await night.durable();
        },
      },
    );
    expect(ended.result).toMatchObject({ run: 'TERMINAL' });
    // When the call itself was under way, both have made it.
    const both = what === 'ecs DeregisterTaskDefinition' ? [/ was deregistered twice$/] : [];
    // Only the laptop reports its earlier deregistrations, and that report needs an action.
    const fine = [...both, /^FUNCTION is ACTION: /];
    const wrong = wrongAfter(night, ['FUNCTION', 'TERMINAL']);
    expect(wrong.filter((one) => !fine.some((pattern) => pattern.test(one)))).toEqual([]);
  });
});

// Finds the run that a word means, or refuses with what is known instead.
import { program } from '../shared/domain/program.ts';
import { type Archive, type findRuns, listOtherTargets } from '../shared/history/archive.ts';
import type { RunName } from '../shared/state/run-records.ts';
import { Refusal } from './exit.ts';

/** @param mayBeFamily whether the word could have been a family as well
 *  @throws Refusal where none or several runs have such an id */
export function chooseRun(
  command: string,
  found: ReturnType<typeof findRuns>,
  word: string,
  { target }: Archive,
  mayBeFamily = false,
): RunName {
  const [one, ...others] = found;
  if (one === undefined)
    throw new Refusal(
      `${command}: ${mayBeFamily ? `no family ${word} is known, and no run` : 'no run'} whose id begins with ${word}, in account ${target.account}, ${target.region}. ${program()} history lists the runs.`,
    );
  if (others.length > 0) {
    const ids = found.slice(0, 5).map(({ short }) => short);
    throw new Refusal(
      `${command}: ${found.length} runs have ids that begin with ${word}: ${ids.join(', ')}${found.length > 5 ? ', ...' : ''}. Give more of it.`,
    );
  }
  return one.name;
}

/** A wrong bucket, account or Region looks like an empty state store. */
export async function refuseEmptyArchive(command: string, archive: Archive): Promise<Refusal> {
  const { state, target } = archive;
  const others = await listOtherTargets(archive);
  const known =
    others.length === 0 ? '' : ` It has runs of ${others.slice(0, 5).join(', ')}: give --region or --profile.`;
  return new Refusal(
    `${command}: ${state.where} has no runs of account ${target.account}, ${target.region}.${known} Check --state, or \`state\` in the settings.`,
  );
}

// Prepares an account in the sandbox and the context in which the real readers read it over HTTP.
import { onTestFinished } from 'vitest';
import { Pacer } from '../../shared/aws/pacer.ts';
import type { Finding, PossibleTargets, Reading } from '../../shared/domain/evidence.ts';
import { isAnyReference, printPattern } from '../../shared/domain/pattern.ts';
import { readEvidence } from '../../shared/read/evidence.ts';
import { revisionsInUse } from '../../shared/sources/common/revisions-in-use.ts';
import { Memory } from '../../shared/sources/common/memory.ts';
import { readPart } from '../../shared/sources/common/read-part.ts';
import type { ReadContext } from '../../shared/sources/common/reader.ts';
import { sources } from '../../shared/sources/readers.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import type { AccountFile } from '../../sandbox/account-file.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { searchPlace } from '../../shared/domain/search-place.ts';
import { ACCOUNT, type AccountBuilder, REGION } from './account.ts';
import { aNight, connectTo } from './night.ts';

export const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
export const protectTag = 'ecs-revision-pruner:keep';
export const arn = (path: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${path}`;

interface Options extends Partial<SandboxOptions> {
  readonly share?: number;
  readonly requestTimeoutMs?: number;
  readonly outOfTime?: () => boolean;
  /** ARNs that the settings exclude. */
  readonly without?: readonly string[];
  readonly usedWithinDays?: number;
  /** Entries of the setting `search`. */
  readonly search?: readonly string[] | undefined;
}

export async function aReader(
  account: AccountBuilder | AccountFile,
  {
    share = 0.5,
    requestTimeoutMs,
    outOfTime = () => false,
    without = [],
    usedWithinDays = 30,
    search = [],
    ...options
  }: Options = {},
) {
  const { sandbox, clock } = await aNight(account, options);
  const aws = connectTo(sandbox, clock, new Pacer(clock, share), requestTimeoutMs);
  onTestFinished(() => {
    aws.close();
  });
  const leftOut = (arn: string) => without.includes(arn);
  const memory = new Memory();
  const places = search.map(searchPlace);
  const reader: ReadContext = {
    aws,
    target,
    clock,
    outOfTime,
    leftOut,
    memory,
    usedWithinDays,
    search: places,
  };
  return { sandbox, clock, aws, reader };
}

/** Reads one source as a run does, after the services if the source depends on them. */
export async function readSource(reader: ReadContext, name: string): Promise<Reading> {
  const source = sources.find((one) => one.name === name);
  if (source === undefined) throw new Error(`there is no source ${name}`);
  if (source.wave === 'deployments') await readSource(reader, 'services');
  if (source.wave === 'definitions') await readInUse(reader);
  const without = source.optional ? `without: [${source.name}]` : undefined;
  return readPart(reader, { part: source.name, without, isSearched: true }, (tally) => source.read(reader, tally));
}

/** The revisions in use, for the source that reads their definitions. */
async function readInUse(reader: ReadContext): Promise<void> {
  const whole = { ...reader, memory: new Memory() };
  const { inventory, readings } = await readAll(whole, ['definitions']);
  reader.memory.inventory = inventory;
  reader.memory.inUse = revisionsInUse({
    findings: readings.flatMap(({ findings }) => findings),
    inventory,
    usedSince: Infinity,
  });
}

export async function readAll(reader: ReadContext, without: readonly string[] = []) {
  return readEvidence(reader, { protectTags: [protectTag], without, progress: () => undefined });
}

/** `service/prod/web deploys web:7`, `service/prod/web in flight from web:7`, one line for each finding. */
export function asLines(findings: readonly Finding[]): string[] {
  return findings.map((finding) => {
    const who = finding.referrer.replace(arn(''), '');
    if (finding.kind === 'unresolved') return `${who} ${finding.description} (${describeTargets(finding.resolvesTo)})`;
    if (finding.kind === 'unchecked') return `${who} not checked: ${finding.reason}`;
    if (finding.kind === 'used') return `${who} used ${nameOf(finding.revision)}`;
    if (finding.kind === 'ends') return `${who} ends at ${new Date(finding.at).toISOString()}`;
    if (finding.kind === 'rollout') return `${who} in flight from ${finding.lowest.map(nameOf).join(', ')}`;
    const { target, relation } = finding;
    return `${who} ${relation} ${target.kind === 'revision' ? nameOf(target) : target.family}`;
  });
}

/** `family web` of `web:{}`, `families web-*` of `web-{}`, else the pattern. */
export function describeTargets(means: PossibleTargets): string {
  if (means.kind === 'services') return `families of ${means.services.join(', ')}`;
  if (isAnyReference(means)) return 'any family';
  const [begins = '', ...rest] = means.parts;
  if (rest.join('') !== '') return `families ${printPattern(means)}`;
  return begins.endsWith(':') ? `family ${begins.slice(0, -1)}` : `families ${begins}*`;
}

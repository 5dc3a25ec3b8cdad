/**
 * Describing several things in one call: what is found stands under its own member, everything else under `failures`,
 * and the call itself succeeds. ECS limits how many may be asked for at once, differently for each resource.
 */
import type { Failure } from '@aws-sdk/client-ecs';
import type { AccountStores } from './account-stores.ts';
import type { BucketName } from './buckets.ts';
import { AwsError } from './errors.ts';
import type { ActsOn, Operation, Surroundings } from './operation.ts';

interface Batch<Input, Found> {
  readonly bucket?: BucketName;
  readonly actsOn: (input: Input, account: AccountStores) => ActsOn;
  /** The member that names what is asked for; the answer's member has the same name in all of ECS's batches. */
  readonly member: string;
  /** The request's member, where it has another name. */
  readonly named?: string;
  readonly most: number;
  /** ARNs, in the order asked. */
  asked(input: Input, account: AccountStores): readonly string[];
  find(arn: string, input: Input, at: Surroundings): Found | undefined;
}

export function batch<Input extends object, Found>(what: Batch<Input, Found>): Operation {
  return {
    ...(what.bucket === undefined ? {} : { bucket: what.bucket }),
    actsOn: what.actsOn,

    run(input: Input, at: Surroundings) {
      const arns = what.asked(input, at.account);
      if (arns.length > what.most)
        throw new AwsError('InvalidParameterException', `${what.member} can be at most ${what.most} a call.`);
      const struck = failing(what.named ?? what.member, arns, input, at);
      const found: Found[] = [];
      const failures: Failure[] = [];
      for (const [index, arn] of arns.entries()) {
        const one = index === struck?.index ? undefined : what.find(arn, input, at);
        if (one !== undefined) found.push(one);
        else failures.push({ arn, ...(index === struck?.index ? struck.says : { reason: 'MISSING' }) });
      }
      return { [what.member]: found, failures };
    },
  };
}

/** A fault of kind `failures` takes the first thing asked for, or the first for which its `when` holds alone. */
export function failing(member: string, arns: readonly string[], input: object, at: Surroundings) {
  const fault = at.faults.strike(at.call, ['failures']);
  if (fault === undefined || arns.length === 0) return undefined;
  const named = new Map<string, unknown>(Object.entries(input)).get(member);
  const asked: readonly unknown[] = Array.isArray(named) ? named : arns;
  const alone = asked.findIndex(
    (one) => fault.when?.({ ...at.call, input: { ...input, [member]: [one] } }) !== false,
  );
  const { reason, detail } = fault;
  return { index: Math.max(0, alone), says: { reason, ...(detail === undefined ? {} : { detail }) } };
}

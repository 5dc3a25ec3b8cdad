/**
 * Operations that describe several resources at once. The call succeeds in any case: what does not exist appears under
 * `failures`. ECS limits the number of resources a call.
 */
import type { Failure } from '@aws-sdk/client-ecs';
import type { AccountStores } from './account-stores.ts';
import type { BucketName } from './buckets.ts';
import { AwsError } from './errors.ts';
import type { IamScope, Operation, OperationContext } from './operation.ts';

interface Batch<Input, Item> {
  readonly bucket?: BucketName;
  readonly iamScope: (input: Input, account: AccountStores) => IamScope;
  /** The member of the answer, and of the request unless `inputMember` differs. */
  readonly member: string;
  readonly inputMember?: string;
  readonly maxItems: number;
  /** The ARNs in the order of the request. */
  requestedArns(input: Input, account: AccountStores): readonly string[];
  find(arn: string, input: Input, context: OperationContext): Item | undefined;
}

export function batchOperation<Input extends object, Item>(batch: Batch<Input, Item>): Operation {
  return {
    ...(batch.bucket === undefined ? {} : { bucket: batch.bucket }),
    iamScope: batch.iamScope,

    run(input: Input, context: OperationContext) {
      const arns = batch.requestedArns(input, context.account);
      if (arns.length > batch.maxItems)
        throw new AwsError('InvalidParameterException', `${batch.member} can be at most ${batch.maxItems} a call.`);
      const failing = findFailingItem(batch.inputMember ?? batch.member, arns, input, context);
      const found: Item[] = [];
      const failures: Failure[] = [];
      for (const [index, arn] of arns.entries()) {
        const item = index === failing?.index ? undefined : batch.find(arn, input, context);
        if (item !== undefined) found.push(item);
        else failures.push({ arn, ...(index === failing?.index ? failing.failure : { reason: 'MISSING' }) });
      }
      return { [batch.member]: found, failures };
    },
  };
}

/** A fault of kind `failures` hits the first item for which its `when` holds alone, or else the first item. */
export function findFailingItem(member: string, arns: readonly string[], input: object, context: OperationContext) {
  const fault = context.faults.trigger(context.call, ['failures']);
  if (fault === undefined || arns.length === 0) return undefined;
  const value = new Map<string, unknown>(Object.entries(input)).get(member);
  const items: readonly unknown[] = Array.isArray(value) ? value : arns;
  const matching = items.findIndex(
    (item) => fault.when?.({ ...context.call, input: { ...input, [member]: [item] } }) !== false,
  );
  const { reason, detail } = fault;
  return {
    index: Math.max(0, matching),
    failure: { reason, ...(detail === undefined ? {} : { detail }) },
  };
}

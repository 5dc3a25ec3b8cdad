import type { Operation } from '@aws-sdk/client-lambda';

/**
 * "The backend sends timestamps as integers", in milliseconds, and only in the event. The SDK for JavaScript accepts
 * both: https://github.com/aws/aws-durable-execution-sdk-python/pull/270
 */
export function toEventOperation({ StartTimestamp, EndTimestamp, StepDetails, WaitDetails, ...same }: Operation) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service sends a number where the SDK's type has a string
  const millis = (time: Date | undefined) => time?.getTime() as unknown as string | undefined;
  const [ends, next] = [millis(EndTimestamp), millis(StepDetails?.NextAttemptTimestamp)];
  const { NextAttemptTimestamp: _, ...step } = StepDetails ?? {};
  return {
    ...same,
    StartTimestamp: millis(StartTimestamp),
    ...(ends === undefined ? {} : { EndTimestamp: ends }),
    ...(StepDetails === undefined
      ? {}
      : { StepDetails: { ...step, ...(next === undefined ? {} : { NextAttemptTimestamp: next }) } }),
    ...(WaitDetails === undefined
      ? {}
      : { WaitDetails: { ScheduledEndTimestamp: millis(WaitDetails.ScheduledEndTimestamp) } }),
  };
}

export type EventOperation = ReturnType<typeof toEventOperation>;

// The AWS identity of the run, and an endpoint that is not AWS: the operator checks both before changing anything.
import type { Caller } from '../../domain/revision.ts';
import { wrap } from '../text/wrap.ts';

export function printCaller(caller: Caller | undefined, width: number): string[] {
  const { arn, alias, endpoint } = caller ?? {};
  return [
    ...(arn === undefined ? [] : [`As ${arn}${alias === undefined ? '' : `, account alias ${alias}`}`]),
    ...(endpoint === undefined ? [] : [`Endpoint ${endpoint}, which is not AWS`]),
  ].flatMap((line) => wrap(line, { width, rest: '  ' }));
}

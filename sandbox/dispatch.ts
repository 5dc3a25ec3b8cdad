/**
 * The way of one call through the account: recognised, checked against the SDK's schema, paced, permitted, carried out,
 * checked again, answered. Faults and hooks come in where a real call could fail or the world could change.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './calls.ts';
import { misfits } from './check.ts';
import { AwsError } from './errors.ts';
import type { Asked, House, Outcome } from './dispatch-context.ts';
import type { HttpRequest } from './protocols/protocol.ts';
import {
  callerOf,
  checkPermission,
  checkRegion,
  denied,
  isAllowed,
  signature,
  throttled,
} from './refusals.ts';
import { services } from './services.ts';

export async function dispatch(request: HttpRequest, house: House): Promise<Outcome> {
  const requestId = house.requestIds.uuid();
  const asked = recognised(request, requestId);
  if (typeof asked === 'string') {
    house.problems.push(asked);
    const body = JSON.stringify({ __type: 'UnknownOperationException', message: asked });
    return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
  }
  try {
    return await take(request, asked, house);
  } catch (error) {
    return asked.service.protocol.error(asAwsError(error, asked, house), {
      requestId,
      serviceId: asked.service.id,
    });
  }
}

function recognised(request: HttpRequest, requestId: string): Asked | string {
  for (const service of services) {
    const name = service.protocol.operation(request, service.id);
    if (name === undefined) continue;
    const [operation, shapes] = [service.operations[name], service.shapes.get(name)];
    if (operation === undefined || shapes === undefined)
      return `${service.name}: the sandbox does not know ${name}`;
    return { service, name, operation, shapes, requestId };
  }
  const target = String(request.headers['x-amz-target'] ?? request.body.slice(0, 200));
  return `${request.method} ${request.path}: no service of the sandbox understands this (${target})`;
}

async function take(request: HttpRequest, asked: Asked, house: House): Promise<Outcome> {
  const { service, name, shapes } = asked;
  const { input, unplaced } = service.protocol.input(request, shapes.input);
  const { accessKeyId, region } = signature(request);
  const call: Call = { service: service.name, operation: name, input, accessKeyId };
  house.calls.record(call);
  const wrong = [...unplaced, ...misfits(shapes.input, input)];
  if (wrong.length > 0) throw new Misfit(`request of ${name}: ${wrong.join('; ')}`, 400);

  const caller = callerOf(call, house);
  const early = await struckEarly(call, caller, asked, house);
  if (early !== undefined) return early;
  const output = await onRecord(call, caller, house, () => carriedOut(call, caller, region, asked, house));
  const misfit = misfits(shapes.output, output);
  if (misfit.length > 0) throw new Misfit(`answer of ${name}: ${misfit.join('; ')}`, 500);
  for (const hook of house.after) await hook(call, output);
  return answered(call, output, asked, house);
}

async function carriedOut(
  call: Call,
  caller: string,
  region: string | undefined,
  asked: Asked,
  house: House,
): Promise<object> {
  const { service, operation } = asked;
  if (operation.bucket !== undefined && !house.buckets.take(operation.bucket))
    throw throttled(call, asked, house);
  checkRegion(region, service, house);
  checkPermission(call, caller, asked, house);

  for (const hook of house.before) await hook(call);
  return operation.run(call.input, {
    ...house,
    call,
    caller,
    signedFor: region,
    mayAlso: (action, resource) => isAllowed(call, { action, resource }, house),
    demand(action, resource, context = {}) {
      if (!isAllowed(call, { action, resource, context }, house))
        throw denied(caller, asked, { action, resource });
    },
  });
}

/** CloudTrail records what was refused as well as what was done. */
async function onRecord(
  { operation, input }: Call,
  caller: string,
  { account }: House,
  call: () => Promise<object>,
): Promise<object> {
  const made = { operation, input, caller, at: account.now() };
  try {
    const output = await call();
    account.trail.record({ ...made, became: { output } });
    return output;
  } catch (error) {
    if (error instanceof AwsError) account.trail.record({ ...made, became: { error } });
    throw error;
  }
}

function answered(call: Call, output: object, asked: Asked, { faults }: House): Outcome {
  const { service, shapes, requestId, name } = asked;
  if (faults.strike(call, ['reset'], ({ effect }) => effect === 'after') !== undefined) return 'cut';
  const wire = service.protocol.wire(output, shapes.output);
  faults.strike(call, ['answer'])?.change(wire);
  const about = { operation: name, shape: shapes.output, serviceId: service.id, requestId };
  const answer = service.protocol.answer(wire, about);
  if (faults.strike(call, ['truncate']) === undefined) return answer;
  return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}

/** Faults that come before anything has happened. */
async function struckEarly(
  call: Call,
  caller: string,
  asked: Asked,
  house: House,
): Promise<Outcome | undefined> {
  const slow = house.faults.strike(call, ['slow']);
  if (slow !== undefined && house.clock.advance !== undefined) house.clock.advance(slow.ms);
  else if (slow !== undefined) await sleep(slow.ms);

  const fault = house.faults.strike(
    call,
    ['deny', 'throttle', 'error', 'hang', 'reset'],
    (one) => one.kind !== 'reset' || one.effect === 'before',
  );
  if (fault?.kind === 'hang') return 'silence';
  if (fault?.kind === 'reset') return 'cut';
  if (fault?.kind === 'throttle') throw throttled(call, asked, house);
  if (fault?.kind === 'deny')
    throw denied(caller, asked, { action: `${asked.service.iam}:${asked.name}`, resource: '*' });
  if (fault?.kind === 'error')
    throw new AwsError(fault.code, fault.message ?? 'A fault that a test asked for.', fault.status);
  return undefined;
}

class Misfit extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** What is neither AWS's error nor a fault is a mistake, the caller's or ours: it is put on record, and said. */
function asAwsError(error: unknown, { name, service }: Asked, { problems }: House): AwsError {
  if (error instanceof AwsError) return error;
  const said = error instanceof Misfit ? error.message : `${name}: ${String(error)}`;
  problems.push(`${service.name}: ${said}`);
  return error instanceof Misfit && error.status < 500
    ? new AwsError('ValidationException', said)
    : new AwsError('ServerException', said, 500);
}

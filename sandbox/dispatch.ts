/**
 * Handles one request: finds the operation, checks the input against the SDK's schema, applies throttling and permissions,
 * runs the operation, checks the output and encodes the response. Faults and hooks act where a real call can fail or
 * another caller can change the account.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './calls.ts';
import { schemaProblems } from './check.ts';
import type { DispatchContext, OperationRequest, Outcome } from './dispatch-context.ts';
import { AwsError } from './errors.ts';
import { parseCredential, type HttpRequest } from './protocols/protocol.ts';
import { accessDeniedError, callerArn, checkPermission, checkRegion, isAllowed, throttlingError } from './refusals.ts';
import { services } from './services.ts';

export async function dispatch(request: HttpRequest, context: DispatchContext): Promise<Outcome> {
  const requestId = context.requestIds.uuid();
  const matched = matchOperation(request, requestId);
  if (typeof matched === 'string') {
    context.problems.push(matched);
    const body = JSON.stringify({ __type: 'UnknownOperationException', message: matched });
    return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
  }
  try {
    return await handle(request, matched, context);
  } catch (error) {
    return matched.service.protocol.encodeError(toAwsError(error, matched, context), {
      requestId,
      serviceId: matched.service.id,
    });
  }
}

/** @returns the operation, or the reason why the sandbox has none */
function matchOperation(request: HttpRequest, requestId: string): OperationRequest | string {
  for (const service of services) {
    const name = service.protocol.operationName(request, service.id);
    if (name === undefined) continue;
    const [operation, shapes] = [service.operations[name], service.shapes.get(name)];
    if (operation === undefined || shapes === undefined) return `${service.name}: the sandbox does not know ${name}`;
    return { service, name, operation, shapes, requestId };
  }
  const target = String(request.headers['x-amz-target'] ?? request.body.slice(0, 200));
  return `${request.method} ${request.path}: no service of the sandbox accepts this (${target})`;
}

async function handle(request: HttpRequest, matched: OperationRequest, context: DispatchContext): Promise<Outcome> {
  const { service, name, shapes } = matched;
  const { input, unrecognized } = service.protocol.decodeInput(request, shapes.input);
  const { accessKeyId, region } = parseCredential(request);
  const call: Call = { service: service.name, operation: name, input, accessKeyId };
  context.calls.record(call);
  const inputProblems = [...unrecognized, ...schemaProblems(shapes.input, input)];
  if (inputProblems.length > 0) throw new SchemaMismatch(`request of ${name}: ${inputProblems.join('; ')}`, 400);

  const caller = callerArn(call, context);
  const early = await triggerEarlyFault(call, caller, matched, context);
  if (early !== undefined) return early;
  const output = await recordInTrail(call, caller, context, () => runOperation(call, caller, region, matched, context));
  const outputProblems = schemaProblems(shapes.output, output);
  if (outputProblems.length > 0) throw new SchemaMismatch(`answer of ${name}: ${outputProblems.join('; ')}`, 500);
  for (const hook of context.after) await hook(call, output);
  return encodeResponse(call, output, matched, context);
}

async function runOperation(
  call: Call,
  caller: string,
  region: string | undefined,
  matched: OperationRequest,
  context: DispatchContext,
): Promise<object> {
  const { operation } = matched;
  if (operation.bucket !== undefined && !context.buckets.take(operation.bucket))
    throw throttlingError(call, matched, context);
  checkRegion(region, call.input, matched, context);
  checkPermission(call, caller, matched, context);

  for (const hook of context.before) await hook(call);
  return operation.run(call.input, {
    ...context,
    call,
    caller,
    signedRegion: region,
    isAuthorized: (action, resource) => isAllowed(call, { action, resource }, context),
    authorize(action, resource, conditionKeys = {}) {
      if (!isAllowed(call, { action, resource, conditionKeys }, context))
        throw accessDeniedError(caller, matched, { action, resource });
    },
  });
}

/** CloudTrail also records calls that AWS refused. */
async function recordInTrail(
  { operation, input }: Call,
  caller: string,
  { account }: DispatchContext,
  run: () => Promise<object>,
): Promise<object> {
  const recorded = { operation, input, caller, at: account.now() };
  try {
    const output = await run();
    account.trail.record({ ...recorded, result: { output } });
    return output;
  } catch (error) {
    if (error instanceof AwsError) account.trail.record({ ...recorded, result: { error } });
    throw error;
  }
}

function encodeResponse(call: Call, output: object, matched: OperationRequest, { faults }: DispatchContext): Outcome {
  const { service, shapes, requestId, name } = matched;
  if (faults.trigger(call, ['reset'], ({ effect }) => effect === 'after') !== undefined) return 'reset';
  const wire = service.protocol.toWire(output, shapes.output);
  faults.trigger(call, ['answer'])?.change(wire);
  const response = service.protocol.encodeOutput(wire, {
    operation: name,
    shape: shapes.output,
    serviceId: service.id,
    requestId,
  });
  if (faults.trigger(call, ['truncate']) === undefined) return response;
  return { ...response, body: response.body.slice(0, Math.floor(response.body.length / 2)) };
}

/** Applies the faults that act before the operation has any effect. */
async function triggerEarlyFault(
  call: Call,
  caller: string,
  matched: OperationRequest,
  context: DispatchContext,
): Promise<Outcome | undefined> {
  const slow = context.faults.trigger(call, ['slow']);
  if (slow !== undefined && context.clock.advance !== undefined) context.clock.advance(slow.ms);
  else if (slow !== undefined) await sleep(slow.ms);

  const fault = context.faults.trigger(
    call,
    ['deny', 'throttle', 'error', 'hang', 'reset'],
    (one) => one.kind !== 'reset' || one.effect === 'before',
  );
  if (fault?.kind === 'hang') return 'hang';
  if (fault?.kind === 'reset') return 'reset';
  if (fault?.kind === 'throttle') throw throttlingError(call, matched, context);
  if (fault?.kind === 'deny')
    throw accessDeniedError(caller, matched, {
      action: `${matched.service.iam}:${matched.name}`,
      resource: '*',
    });
  if (fault?.kind === 'error')
    throw new AwsError(fault.code, fault.message ?? 'A fault that a test added.', fault.status);
  return undefined;
}

class SchemaMismatch extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** An error that is neither AWS's nor a fault is a mistake of the caller or of the sandbox: `problems` records it. */
function toAwsError(error: unknown, { name, service }: OperationRequest, { problems }: DispatchContext): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof SchemaMismatch ? error.message : `${name}: ${String(error)}`;
  problems.push(`${service.name}: ${message}`);
  return error instanceof SchemaMismatch && error.status < 500
    ? new AwsError('ValidationException', message)
    : new AwsError('ServerException', message, 500);
}

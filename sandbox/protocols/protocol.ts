/** The wire format of a group of AWS services. A further protocol is a file with these functions. */
import type { AwsError } from '../errors.ts';
import type { Structure } from '../shapes.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as UTF-8. */
  readonly body: string;
  readonly bytes: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Protocol {
  /** @returns the operation's name; undefined if the request is for another service */
  operationName(request: HttpRequest, serviceId: string): string | undefined;
  /** Decodes the input into the SDK's types (times as Date). `unrecognized` lists the parts that no member accepts. */
  decodeInput(request: HttpRequest, shape: Structure): { input: Record<string, unknown>; unrecognized: string[] };
  /** Converts an output to the values of the wire format. A fault of kind `answer` may change these. */
  toWire(output: object, shape: Structure): Record<string, unknown>;
  encodeOutput(wire: Record<string, unknown>, context: ResponseContext): HttpResponse;
  encodeError(error: AwsError, context: Pick<ResponseContext, 'requestId' | 'serviceId'>): HttpResponse;
}

export interface ResponseContext {
  readonly operation: string;
  readonly shape: Structure;
  readonly serviceId: string;
  readonly requestId: string;
}

/** Parses `Credential=KEY/DATE/REGION/SERVICE/…` of a signed request. */
export function parseCredential({ headers }: Pick<HttpRequest, 'headers'>) {
  const [, accessKeyId, region, service] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(String(headers['authorization'])) ?? [];
  return { accessKeyId, region, service };
}

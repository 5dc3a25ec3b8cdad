/**
 * How one family of AWS services writes requests and answers. Adding a protocol means adding a file with one of these
 * and naming it where a service is declared.
 */
import type { AwsError } from '../errors.ts';
import type { Structure } from '../shapes.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As UTF-8. */
  readonly body: string;
  readonly bytes: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Protocol {
  /** The operation that a request asks of the service with this id; undefined when it is not meant for it. */
  operation(request: HttpRequest, serviceId: string): string | undefined;
  /** The request's input in the SDK's types (times as Date), with what could not be placed. */
  input(request: HttpRequest, shape: Structure): { input: Record<string, unknown>; unplaced: string[] };
  /** An output as plain values of the wire; a fault may still change these. */
  wire(output: object, shape: Structure): Record<string, unknown>;
  answer(wire: Record<string, unknown>, about: Answering): HttpAnswer;
  error(error: AwsError, about: Pick<Answering, 'requestId' | 'serviceId'>): HttpAnswer;
}

export interface Answering {
  readonly operation: string;
  readonly shape: Structure;
  readonly serviceId: string;
  readonly requestId: string;
}

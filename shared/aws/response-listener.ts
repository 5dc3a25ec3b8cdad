// Passes raw HTTP answers to a listener before the SDK parses them: the Date header, and the whole JSON. The SDK drops
// fields that its version does not know, and a revision in such a field must be kept all the same.
import { jsonOrUndefined } from '../domain/json-depth.ts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { Readable } from 'node:stream';
import { withLimit } from './answer-limit.ts';
import { elementsOf } from './xml.ts';

interface Listener {
  /** Milliseconds since the epoch, to the second. */
  readonly date: (at: number) => void;
  readonly answer?: (answer: unknown) => void;
  /** The destination of each request, before it is sent. */
  readonly sent: (to: HttpRequest) => void;
}

type HttpRequest = Parameters<Handle>[0];

type Handle = NodeHttpHandler['handle'];

export function withListener(
  handler: NodeHttpHandler,
  { date, answer, sent }: Listener,
): { handle: Handle; metadata: NodeHttpHandler['metadata'] } {
  return {
    metadata: handler.metadata,
    handle: async (...args: Parameters<Handle>) => {
      sent(args[0]);
      const result = await handler.handle(...args);
      const { response } = result;
      const at = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(at)) date(at);
      if (response.body instanceof Readable) response.body = withLimit(response.body, response.headers);
      if (answer !== undefined && response.statusCode === 200 && response.body instanceof Readable) {
        // Not by node:stream/consumers, which makes a Blob of it first.
        const body = Buffer.concat(await Array.fromAsync<Uint8Array>(response.body));
        response.body = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
        const text = body.toString('utf8');
        // Invalid JSON is left to the SDK, which reports it.
        answer(text.startsWith('<') ? elementsOf(text) : jsonOrUndefined(text));
      }
      return result;
    },
  };
}

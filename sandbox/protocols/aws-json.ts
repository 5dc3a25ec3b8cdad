/**
 * AWS JSON 1.0 and 1.1: POST to `/`, with the operation in `X-Amz-Target` and times as epoch seconds. The two
 * versions differ only in their content type.
 */
import { convert, isRecord } from '../check.ts';
import type { Protocol } from './protocol.ts';

export const awsJson = (version: '1.0' | '1.1'): Protocol => {
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });
  return {
    operationName({ headers }, serviceId) {
      const target = headers['x-amz-target'];
      if (typeof target !== 'string' || !target.startsWith(`${serviceId}.`)) return undefined;
      return target.slice(serviceId.length + 1);
    },

    decodeInput({ body }, shape) {
      const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
      if (!isRecord(parsed)) return { input: {}, unrecognized: ['the body is not a JSON object'] };
      const input = convert(shape, parsed, decodeLeaf);
      return { input: isRecord(input) ? input : {}, unrecognized: [] };
    },

    toWire(output, shape) {
      const wire = convert(shape, output, encodeLeaf);
      return isRecord(wire) ? wire : {};
    },

    encodeOutput: (wire, { requestId }) => ({
      status: 200,
      headers: headers(requestId),
      body: JSON.stringify(wire),
    }),

    encodeError: ({ code, message, status }, { requestId }) => ({
      status,
      headers: headers(requestId),
      body: JSON.stringify({ __type: code, message }),
    }),
  };
};

export function decodeLeaf(kind: 'timestamp' | 'blob', value: unknown): unknown {
  if (kind === 'timestamp' && typeof value === 'number') return new Date(value * 1000);
  if (kind === 'blob' && typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'));
  return value;
}

export function encodeLeaf(kind: 'timestamp' | 'blob', value: unknown): unknown {
  if (kind === 'timestamp' && value instanceof Date) return value.getTime() / 1000;
  if (kind === 'blob' && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}

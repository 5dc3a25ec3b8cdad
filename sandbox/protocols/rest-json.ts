/**
 * REST with JSON: the method and the path identify the operation. A member is in the path, the query or the body, as
 * the SDK's schemas say; times are epoch seconds. The signature identifies the service, because two services can
 * share a path.
 */
import { convert, isRecord } from '../check.ts';
import type { OperationShapes, Shape, Structure } from '../shapes.ts';
import { decodeLeaf, encodeLeaf } from './aws-json.ts';
import { parseCredential, type HttpRequest, type Protocol } from './protocol.ts';

/** @param message the member with the error's text, as the service spells it */
export function restJson(shapes: ReadonlyMap<string, OperationShapes>, message: 'message' | 'Message'): Protocol {
  const routes = [...shapes].flatMap(([name, { http }]) =>
    http === undefined ? [] : [{ name, method: http.method, path: pattern(http.path) }],
  );
  const find = (request: HttpRequest) => {
    const [pathname = '', search] = request.path.split('?');
    for (const { name, method, path } of routes) {
      const found = method === request.method ? path.exec(pathname) : null;
      if (found !== null)
        return { name, labels: Object.entries(found.groups ?? {}), query: new URLSearchParams(search) };
    }
    return undefined;
  };
  return {
    operationName(request, serviceId) {
      const { service = serviceId } = parseCredential(request);
      return service === serviceId ? find(request)?.name : undefined;
    },

    decodeInput(request, shape) {
      const input = decodeBody(request, shape);
      if (input === undefined) return { input: {}, unrecognized: ['the body is not a JSON object'] };
      const { labels = [], query = new URLSearchParams() } = find(request) ?? {};
      for (const [name, value] of labels) input[name] = decodeURIComponent(value);
      for (const [name, { shape: of, in: place }] of shape.members) {
        if (typeof place !== 'object' || !query.has(place.query)) continue;
        input[name] = fromQuery(of, query.getAll(place.query));
        query.delete(place.query);
      }
      return {
        input,
        unrecognized: [...query.keys()].map((name) => `?${name}: ${shape.name} has no such member`),
      };
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

    encodeError: ({ code, message: text, status }, { requestId }) => ({
      status,
      headers: { ...headers(requestId), 'x-amzn-errortype': code },
      body: JSON.stringify({ [message]: text }),
    }),
  };
}

/** @returns undefined where the body is not what the operation takes */
function decodeBody({ body, bytes }: HttpRequest, shape: Structure): Record<string, unknown> | undefined {
  const payload = [...shape.members].find(([, { in: place }]) => place === 'payload');
  if (payload?.[1].shape.kind === 'blob') return { [payload[0]]: new Uint8Array(bytes) };
  const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
  if (!isRecord(parsed)) return undefined;
  const value = convert(payload?.[1].shape ?? shape, parsed, decodeLeaf);
  if (payload !== undefined) return { [payload[0]]: value };
  return isRecord(value) ? value : {};
}

const headers = (requestId: string) => ({
  'content-type': 'application/json',
  'x-amzn-requestid': requestId,
});

/** Turns `/schedules/{Name}` into a pattern with one group for each label. */
function pattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** Text that is no number or boolean stays text, so the schema check reports it. */
function fromQuery(shape: Shape, values: readonly string[]): unknown {
  if (shape.kind === 'list') return values.map((value) => fromQuery(shape.of, [value]));
  const [value = ''] = values;
  if (shape.kind === 'number' && value !== '' && Number.isFinite(Number(value))) return Number(value);
  return shape.kind === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value;
}

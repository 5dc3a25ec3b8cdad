/**
 * AWS Query: a form as the request (`Action=Publish&Version=2010-03-31&…`, nested names joined by dots), XML as the
 * answer. The API version identifies the service.
 */
import type { Shape, Structure } from '../shapes.ts';
import type { HttpResponse, Protocol } from './protocol.ts';

export const query: Protocol = {
  operationName({ headers, body }, serviceId) {
    if (!String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) return undefined;
    const form = new URLSearchParams(body);
    return form.get('Version') === serviceId ? (form.get('Action') ?? undefined) : undefined;
  },

  decodeInput({ body }, shape) {
    const form = new Map(new URLSearchParams(body));
    form.delete('Action');
    form.delete('Version');
    const input = parseStructure(form, shape, '');
    return {
      input,
      unrecognized: [...form.keys()].map((name) => `.${name}: ${shape.name} has no such member`),
    };
  },

  toWire: (output) => ({ ...output }),

  encodeOutput: (wire, { operation, shape, serviceId, requestId }) =>
    xml(
      200,
      `<${operation}Response xmlns="${namespace(serviceId)}">` +
        `<${operation}Result>${structureXml(wire, shape)}</${operation}Result>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
    ),

  encodeError: ({ code, message, status }, { serviceId, requestId }) =>
    xml(
      status,
      `<ErrorResponse xmlns="${namespace(serviceId)}"><Error>` +
        `<Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ),
};

const namespace = (serviceId: string) => `https://amazonaws.com/doc/${serviceId}/`;

function xml(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

/** Removes the members of the shape from the form. The rest is unknown to AWS. */
function parseStructure(form: Map<string, string>, shape: Structure, prefix: string): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, { shape: inner, tag }] of shape.members) {
    const value = parseValue(form, inner, prefix === '' ? tag : `${prefix}.${tag}`);
    if (value !== undefined) read[name] = value;
  }
  return read;
}

function parseValue(form: Map<string, string>, shape: Shape, name: string): unknown {
  const holds = [...form.keys()].some((key) => key === name || key.startsWith(`${name}.`));
  if (!holds) return undefined;
  if (shape.kind === 'structure') return parseStructure(form, shape, name);
  if (shape.kind === 'list') {
    const items: unknown[] = [];
    for (let index = 1; ; index += 1) {
      const item = parseValue(form, shape.of, `${name}.${shape.tag}.${index}`);
      if (item === undefined) return items;
      items.push(item);
    }
  }
  if (shape.kind === 'map') {
    const entries: [string, unknown][] = [];
    for (let index = 1; ; index += 1) {
      const key = takeField(form, `${name}.entry.${index}.${shape.keyTag}`);
      if (key === undefined) return Object.fromEntries(entries);
      entries.push([key, parseValue(form, shape.of, `${name}.entry.${index}.${shape.valueTag}`)]);
    }
  }
  const text = takeField(form, name);
  if (text === undefined) return undefined;
  if (shape.kind === 'number') return Number(text);
  if (shape.kind === 'boolean') return text === 'true';
  if (shape.kind === 'timestamp') return new Date(text);
  if (shape.kind === 'blob') return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}

function takeField(form: Map<string, string>, name: string): string | undefined {
  const value = form.get(name);
  form.delete(name);
  return value;
}

function structureXml(value: Record<string, unknown>, shape: Structure): string {
  return Object.entries(value)
    .map(([name, item]) => {
      const member = shape.members.get(name);
      const tag = member?.tag ?? name;
      return item === undefined ? '' : `<${tag}>${valueXml(item, member?.shape)}</${tag}>`;
    })
    .join('');
}

function valueXml(value: unknown, shape: Shape | undefined): string {
  if (Array.isArray(value)) {
    const [tag, of] = shape?.kind === 'list' ? [shape.tag, shape.of] : ['member', undefined];
    return value.map((item) => `<${tag}>${valueXml(item, of)}</${tag}>`).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object' && value !== null && shape?.kind === 'structure')
    return structureXml({ ...value }, shape);
  if (typeof value === 'object' && value !== null && shape?.kind === 'map')
    return Object.entries(value)
      .map(([key, item]: [string, unknown]) => {
        const { keyTag, valueTag, of } = shape;
        return `<entry><${keyTag}>${escapeXml(key)}</${keyTag}><${valueTag}>${valueXml(item, of)}</${valueTag}></entry>`;
      })
      .join('');
  return escapeXml(String(value));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

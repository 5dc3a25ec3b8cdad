/**
 * S3's REST protocol: bucket and key in the path, conditions and checksums in headers, the object as the body, XML
 * for lists and errors. Only path style works, because no bucket's host name resolves to this machine.
 */
import { isRecord } from '../check.ts';
import { parseCredential, type HttpRequest, type HttpResponse, type Protocol } from './protocol.ts';
import { escapeXml } from './query.ts';

/** The operations on a bucket and on an object. The query decides which operation a GET of a bucket is. */
const operations: Readonly<Record<string, { bucket?: string; object?: string }>> = {
  GET: { bucket: 'ListObjectsV2', object: 'GetObject' },
  HEAD: { bucket: 'HeadBucket', object: 'HeadObject' },
  PUT: { object: 'PutObject' },
  DELETE: { object: 'DeleteObject' },
};

/** The operations on a bucket by their query parameter. */
const bucketReads = [
  ['policy', 'GetBucketPolicy'],
  ['publicAccessBlock', 'GetPublicAccessBlock'],
] as const;

const fromQuery: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'encoding-type': 'EncodingType',
  'continuation-token': 'ContinuationToken',
  'start-after': 'StartAfter',
  'max-keys': 'MaxKeys',
  versionId: 'VersionId',
};

/** Headers and their members, in requests and in answers. */
const headers: Readonly<Record<string, string>> = {
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  'content-type': 'ContentType',
  'content-length': 'ContentLength',
  etag: 'ETag',
  'last-modified': 'LastModified',
  'x-amz-bucket-region': 'BucketRegion',
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-checksum-type': 'ChecksumType',
  'x-amz-delete-marker': 'DeleteMarker',
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-sdk-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-version-id': 'VersionId',
};

/** Parameters that only identify the operation. */
const ignoredParameters = new Set(['x-id', 'list-type', ...bucketReads.map(([name]) => name)]);

/** Headers of every request that the SDK signs. */
const signatureHeader = /^x-amz-(date|content-sha256|security-token|user-agent)$/;

export const restXml: Protocol = {
  operationName(request, serviceId) {
    if (parseCredential(request).service !== serviceId) return undefined;
    const { key, query } = parsePath(request);
    if (key === '' && request.method === 'GET' && query.get('list-type') !== '2')
      return bucketReads.find(([name]) => query.has(name))?.[1] ?? 'a call about a bucket';
    return operations[request.method]?.[key === '' ? 'bucket' : 'object'] ?? `${request.method} ${request.path}`;
  },

  decodeInput(request, shape) {
    const { bucket, key, query } = parsePath(request);
    const input: Record<string, unknown> = { Bucket: bucket, ...(key === '' ? {} : { Key: key }) };
    const unrecognized: string[] = [];
    const place = (name: string | undefined, value: string, from: string) => {
      const member = name === undefined ? undefined : shape.members.get(name);
      if (name === undefined || member === undefined) unrecognized.push(`${from}: ${shape.name} has no such member`);
      else input[name] = member.shape.kind === 'number' ? Number(value) : value;
    };
    for (const [name, value] of query) if (!ignoredParameters.has(name)) place(fromQuery[name], value, `?${name}`);
    for (const [name, value] of Object.entries(request.headers)) {
      const isOurs = name.startsWith('x-amz-') ? !signatureHeader.test(name) : name.startsWith('if-');
      if (isOurs) place(headers[name], String(value), name);
    }
    if (shape.members.has('ContentType') && request.headers['content-type'] !== undefined)
      input['ContentType'] = String(request.headers['content-type']);
    if (shape.members.has('Body')) input['Body'] = new Uint8Array(request.bytes);
    return { input, unrecognized };
  },

  toWire: (output) => ({ ...output }),

  encodeOutput(wire, { operation, requestId }) {
    if (operation === 'ListObjectsV2')
      return xml(200, `<ListBucketResult xmlns="${namespace}">${membersXml(wire)}</ListBucketResult>`, requestId);
    const { Policy, PublicAccessBlockConfiguration: block } = wire;
    if (typeof Policy === 'string')
      return {
        status: 200,
        headers: { 'content-type': 'application/json', 'x-amz-request-id': requestId },
        body: Policy,
      };
    if (isRecord(block))
      return xml(
        200,
        `<PublicAccessBlockConfiguration xmlns="${namespace}">${membersXml(block)}</PublicAccessBlockConfiguration>`,
        requestId,
      );
    const { Body: body, ...rest } = wire;
    return {
      status: operation === 'DeleteObject' ? 204 : 200,
      headers: { ...headersOf(rest), 'x-amz-request-id': requestId },
      body: body instanceof Uint8Array ? body : '',
    };
  },

  encodeError({ code, message, status, headers }, { requestId }) {
    const body = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
    const answer = xml(status, body, requestId);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  },
};

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

function xml(status: number, body: string, requestId: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

function parsePath({ path }: HttpRequest) {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(pathname) ?? [];
  return { bucket, key: decodeURIComponent(key), query: searchParams };
}

function headersOf(members: Record<string, unknown>): Record<string, string> {
  const present = Object.entries(headers).filter(([, member]) => members[member] !== undefined);
  return Object.fromEntries(
    present.map(([header, member]) => {
      const value = members[member];
      return [header, value instanceof Date ? value.toUTCString() : String(value)];
    }),
  );
}

/** XML lists have no element: each item has the list's name. */
function membersXml(members: Record<string, unknown>): string {
  return Object.entries(members)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item: unknown) => [name, item] as const))
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `<${name}>${itemXml(item)}</${name}>`)
    .join('');
}

function itemXml(item: unknown): string {
  if (item instanceof Date) return item.toISOString();
  return isRecord(item) ? membersXml(item) : escapeXml(String(item));
}

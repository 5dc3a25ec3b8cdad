// Reads a small text from an address in S3 (`s3://bucket/key`) or Systems Manager (`ssm:/name`).
import { bucketOptions } from './bucket-options.ts';
import type { Aws } from './connect.ts';
import { Tally } from './tally.ts';

/** AWS answered, but not with a text of the allowed size. */
export class UnusableText extends Error {
  override readonly name = 'UnusableText';
}

/** An address, and nothing else. */
export function isAddress(text: string): boolean {
  return /^\s*(?:s3:\/\/[^\s/]+\/|ssm:\/)\S+\s*$/.test(text);
}

/** @throws UnusableText; the error of AWS */
export async function readText(aws: Aws, address: string, mostBytes: number): Promise<string> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(address) ?? [];
  if (bucket !== undefined && key !== undefined) return readObject(aws, { Bucket: bucket, Key: key }, mostBytes);
  const text = await readParameter(aws, address.replace('ssm:', ''));
  assertSmall(Buffer.byteLength(text), mostBytes);
  return text;
}

async function readObject(aws: Aws, object: { Bucket: string; Key: string }, mostBytes: number): Promise<string> {
  const { GetObjectCommand, S3Client } = await import('./s3-client.ts');
  const client = aws.unsearchedClient(new Tally(), (settings) => new S3Client({ ...settings, ...bucketOptions(aws) }));
  const abort = new AbortController();
  const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(object), { abortSignal: abort.signal });
  if (Body === undefined) throw new UnusableText('S3 answered without the object');
  const text = Body.transformToString();
  if (ContentLength > mostBytes) {
    abort.abort();
    await Promise.allSettled([text]); // takes the error of a stream that ends early
  }
  assertSmall(ContentLength, mostBytes);
  return text;
}

async function readParameter(aws: Aws, name: string): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import('./ssm-client.ts');
  const client = aws.unsearchedClient(new Tally(), (settings) => new SSMClient(settings));
  const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  if (Parameter?.Value === undefined) throw new UnusableText('Systems Manager answered without the value');
  return Parameter.Value;
}

function assertSmall(bytes: number, mostBytes: number): void {
  if (bytes > mostBytes) throw new UnusableText(`it has ${bytes} bytes, allowed: at most ${mostBytes}`);
}

// Endless answers from a wrong or broken endpoint.
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createServer, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ecsReader } from '../../shared/aws/ecs.ts';
import { MOST_ANSWER_BYTES } from '../../shared/aws/answer-limit.ts';
import { Aws } from '../../shared/aws/connect.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { systemClock } from '../../shared/domain/clock.ts';

const CHUNK = Buffer.alloc(1024 * 1024, ' ');

/** Sends spaces until the client closes the connection. */
async function endpoint(answer: (response: ServerResponse) => void) {
  let sent = 0;
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    request.resume();
    answer(response);
    const send = () => {
      while (!response.destroyed && sent < 4 * MOST_ANSWER_BYTES) {
        sent += CHUNK.length;
        if (!response.write(CHUNK)) return void response.once('drain', send);
      }
      response.destroy();
    };
    send();
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'TEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const pacer = new Pacer(systemClock, 1);
  const aws = new Aws({ region: 'eu-west-1', clock: systemClock, pacer });
  onTestFinished(() => {
    vi.unstubAllEnvs();
    aws.close();
    server.closeAllConnections();
    server.close();
  });
  return { aws, sent: () => sent, asked: () => asked };
}

const tooLarge = 'the answer has more than 32 MB, which no answer of AWS has';

test('stops reading an endless answer after 32 MB and does not retry', async () => {
  const { aws, sent, asked } = await endpoint((response) =>
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }),
  );
  await expect(ecsReader(aws, new Tally()).send(new ListClustersCommand({}))).rejects.toThrow(tooLarge);
  // The sockets hold some more bytes.
  expect(sent()).toBeLessThan(2 * MOST_ANSWER_BYTES);
  expect(asked()).toBe(1);
});

test('does not read an answer that announces more than 32 MB', async () => {
  const { aws, sent } = await endpoint((response) =>
    response.writeHead(200, { 'content-length': `${4 * MOST_ANSWER_BYTES}` }),
  );
  await expect(ecsReader(aws, new Tally()).send(new ListClustersCommand({}))).rejects.toThrow(tooLarge);
  expect(sent()).toBeLessThan(MOST_ANSWER_BYTES);
});

test('stops reading an endless object after 32 MB', async () => {
  const { aws, sent } = await endpoint((response) => response.writeHead(200, { etag: '"1"' }));
  const client = aws.unsearchedClient(
    new Tally(),
    (settings) => new S3Client({ ...settings, forcePathStyle: true, responseChecksumValidation: 'WHEN_REQUIRED' }),
  );
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
  await expect(Body?.transformToByteArray()).rejects.toThrow(tooLarge);
  expect(sent()).toBeLessThan(2 * MOST_ANSWER_BYTES);
});

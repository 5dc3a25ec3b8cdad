// Limits the size of HTTP answers. A page of a listing has a few megabytes; an endpoint that never stops sending must
// cost neither the function's memory nor the run's time.
import { pipeline, type Readable, Transform } from 'node:stream';

const MOST_MB = 32;
/** More than any answer: a state machine's definition has 1 MB, a searched object 20 MB. */
export const MOST_ANSWER_BYTES = MOST_MB * 1024 * 1024;

/** The SDK does not retry it, since it has no status and no code. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';

  constructor() {
    super(`the answer has more than ${MOST_MB} MB, which no answer of AWS has`);
  }
}

/** @returns the same body, which fails once it exceeds the limit; a body that announces more is not read at all
 *  @throws AnswerTooLarge */
export function withLimit(body: Readable, headers: Readonly<Record<string, string | undefined>>): Readable {
  const announced = headers['content-length'];
  if (Number(announced) > MOST_ANSWER_BYTES) {
    body.destroy();
    throw new AnswerTooLarge();
  }
  // Node's parser ends the body there, and a second stream around each answer costs more than its content.
  if (announced !== undefined && headers['transfer-encoding'] === undefined && /^\d+$/.test(announced)) return body;
  let bytes = 0;
  const counted = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      bytes += chunk.length;
      if (bytes > MOST_ANSWER_BYTES) done(new AnswerTooLarge());
      else done(null, chunk);
    },
  });
  // It destroys each of the two when the other ends early. The reader of `counted` receives the error.
  return pipeline(body, counted, () => undefined);
}

// Searches the objects under a prefix of a bucket. Mentions are remembered under the object's ETag, so an unchanged
// object is not fetched again, also not by later nights.
import { GetObjectCommand, paginateListObjectsV2, S3Client, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { bucketOptions } from '../../aws/bucket-options.ts';
import { describeError } from '../../aws/errors.ts';
import type { Tally } from '../../aws/tally.ts';
import type { Finding, Reference } from '../../domain/evidence.ts';
import type { FindMentions } from '../../domain/mentions.ts';
import type { ObjectsPlace } from '../../domain/search-place.ts';
import { readMembers } from '../common/read-members.ts';
import { itemsOf } from '../common/pages.ts';
import { Incomplete } from '../common/incomplete.ts';
import type { ReadContext } from '../common/reader.ts';
import { contentOf } from './content.ts';
import { assertFew, emptyPlace, MOST_BYTES, MOST_MB } from './limits.ts';
import { mentionsIn } from './mentions.ts';

const source = 'search';

interface Listed {
  readonly key: string;
  readonly etag: string | undefined;
  readonly size: number | undefined;
}

interface Searching {
  readonly context: ReadContext;
  readonly client: S3Client;
  readonly place: ObjectsPlace;
  readonly find: FindMentions;
  /** Identifies the families that a short name may mean: with other families the same text may mention others. */
  readonly families: string;
  readonly turns: OneAtATime;
}

/** The owner of the bucket is not checked: it may belong to another account. */
export async function* searchObjects(
  context: ReadContext,
  tally: Tally,
  place: ObjectsPlace,
  { find, families }: Pick<Searching, 'find' | 'families'>,
): AsyncGenerator<readonly Finding[]> {
  const { aws, target } = context;
  const options = bucketOptions(aws);
  const lister = aws.client(tally, (settings) => new S3Client({ ...settings, ...options }));
  // The answer is the object itself, which is searched here.
  const client = aws.unsearchedClient(tally, (settings) => new S3Client({ ...settings, ...options }));
  const searching = { context, client, place, find, families, turns: new OneAtATime() };
  const listed = { objects: 0 };
  async function* list(): AsyncGenerator<Listed> {
    let objects = 0;
    const input = { Bucket: place.bucket, Prefix: place.prefix, EncodingType: 'url' } as const;
    try {
      for await (const { Key, ETag, Size } of itemsOf(
        paginateListObjectsV2({ client: lister }, input),
        ({ Contents, KeyCount }) => Contents ?? (KeyCount === 0 ? [] : undefined),
        ({ IsTruncated, NextContinuationToken: next = '' }) => {
          if (IsTruncated !== true || next !== '') return next;
          throw new Incomplete('a page has a successor, but no token for it');
        },
        context.outOfTime,
      )) {
        if (Key === undefined) throw new Incomplete('the listing has an object without its key');
        assertFew(++objects, `objects under ${place.written}`, 'Give `search` a narrower prefix.');
        listed.objects++;
        yield { key: decodeURIComponent(Key.replaceAll('+', ' ')), etag: ETag, size: Size };
      }
    } catch (error) {
      throw withRemedy(error, place);
    }
  }
  yield* readMembers<Listed>({
    context,
    tally,
    source,
    list,
    arnOf: ({ key }) => `arn:${target.partition}:s3:::${place.bucket}/${key}`,
    read: (one, referrer) => searchObject(searching, one, referrer),
  });
  if (listed.objects === 0) yield [emptyPlace(place.written)];
}

/** More mentions than in a hand-written object. The memory is one text, so such an object is searched anew each
 *  time. */
const MOST_REMEMBERED = 1_000;
/** Smaller objects are fetched concurrently. Only one larger object is in memory at a time. */
const SMALL_BYTES = 512 * 1024;

async function searchObject(searching: Searching, listed: Listed, referrer: string): Promise<readonly Finding[]> {
  const { context, find, families, turns } = searching;
  const origin: Origin = { source, referrer, via: [`object ${listed.key}`] };
  if (listed.size === 0) return mentionsIn(listed.key, find, origin);
  if (listed.size !== undefined && listed.size > MOST_BYTES) throw tooLarge(referrer, `${listed.size} bytes`);
  const keyOf = (etag: string) => `${source} ${referrer} ${etag} ${families}`;
  const known = listed.etag === undefined ? undefined : context.memory.recall(keyOf(listed.etag), 'never');
  if (known !== undefined) return known;
  const readAt = context.aws.asOf();
  return turns.run((listed.size ?? MOST_BYTES) > SMALL_BYTES, async () => {
    const { bytes, etag } = await fetchObject(searching, listed, referrer);
    const content = contentOf(bytes, MOST_BYTES);
    if (content.kind === 'too large') throw tooLarge(referrer, `${listed.size} bytes, and more than that unpacked`);
    const findings: Finding[] = [
      ...mentionsIn(listed.key, find, origin),
      ...(content.kind === 'text'
        ? mentionsIn(content.text, find, origin)
        : [{ kind: 'unchecked' as const, source, referrer, reason: 'not a UTF-8 text, packed or not' }]),
    ];
    // It may have changed since it was listed: its content is remembered under its own ETag.
    if (findings.length <= MOST_REMEMBERED) context.memory.remember(keyOf(etag), 'never', readAt, findings);
    return findings;
  });
}

type Origin = Pick<Reference, 'source' | 'referrer' | 'via'>;

async function fetchObject({ client, place }: Searching, { key: Key, etag, size }: Listed, referrer: string) {
  const abort = new AbortController();
  let answer: GetObjectCommandOutput;
  try {
    const command = new GetObjectCommand({ Bucket: place.bucket, Key });
    answer = await client.send(command, { abortSignal: abort.signal });
  } catch (error) {
    throw withRemedy(error, place, referrer);
  }
  const { Body, ContentLength: length, ETag } = answer;
  if (Body === undefined || length === undefined || ETag === undefined)
    throw new Incomplete('the answer has no object, or lacks its length or ETag');
  if (length > MOST_BYTES) {
    const rest = Body.transformToByteArray(); // takes the error of a stream that ends early
    abort.abort();
    await Promise.allSettled([rest]);
    throw tooLarge(referrer, `${length} bytes`);
  }
  const bytes = await Body.transformToByteArray();
  const isCut = bytes.length !== length || (ETag === etag && size !== undefined && bytes.length !== size);
  if (isCut) throw new Incomplete(`${referrer} came with ${bytes.length} of its ${size ?? length} bytes`);
  return { bytes, etag: ETag };
}

function tooLarge(referrer: string, has: string): Incomplete {
  return new Incomplete(
    `${referrer} has ${has}; at most ${MOST_MB} MB (${MOST_BYTES} bytes) of an object are searched, packed and unpacked`,
    { remedy: 'Give `search` a prefix without it.' },
  );
}

/** The remedy where S3's error concerns the entry in `search`. */
function withRemedy(error: unknown, { bucket, written }: ObjectsPlace, referrer = written): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case 'NoSuchBucket':
      return new Incomplete(`there is no bucket ${bucket} (${describeError(error)})`, {
        cause: error,
        remedy: `Check the spelling of ${written} in \`search\`, or remove that entry.`,
      });
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Errors
    case 'InvalidObjectState':
      return new Incomplete(`${referrer} is archived (${describeError(error)})`, {
        cause: error,
        remedy: 'Give `search` a prefix without it, or restore it from the archive.',
      });
    default:
      return error;
  }
}

/** Runs large work one at a time, and small work at once. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<Result>(isLarge: boolean, work: () => Promise<Result>): Promise<Result> {
    if (!isLarge) return work();
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

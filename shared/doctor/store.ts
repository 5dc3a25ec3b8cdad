// Checks the state store: whether it can be read, and whether it refuses everyone but the run and its operators.
import { GetBucketPolicyCommand, GetPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3';
import { bucketOptions } from '../aws/bucket-options.ts';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import type { Target } from '../domain/revision.ts';
import type { StateStore } from '../state/store.ts';
import { checkStoreAccess } from '../state/store-access.ts';
import { runCheck, type Check, differs, ok } from './check.ts';

export async function checkReading(state: StateStore, { account, region }: Target): Promise<Check[]> {
  return runCheck('state store', async () => {
    const keys = await state.list(`${account}/${region}/`);
    return ok('state store', `${keys.length} records of this account and Region`);
  });
}

/** @param bucket its name */
export async function checkPrivacy(aws: Aws, { partition, account }: Target, bucket: string): Promise<Check[]> {
  const client = aws.unsearchedClient(new Tally(), (settings) => new S3Client({ ...settings, ...bucketOptions(aws) }));
  const asked = { Bucket: bucket, ExpectedBucketOwner: account };
  const facts = { bucket: `arn:${partition}:s3:::${bucket}`, roles: [] };
  return [
    ...(await runCheck('state store policy', async () => {
      const answer = await unlessAbsent('NoSuchBucketPolicy', client.send(new GetBucketPolicyCommand(asked)));
      const access = checkStoreAccess({ ...facts, policy: answer?.Policy, publicAccessBlock: undefined });
      const open = [
        ...(access.isWritingRefused ? [] : ['write']),
        ...(access.isJournalRefused ? [] : ['read the journal']),
      ];
      return open.length === 0
        ? ok('state store policy', `refuses others; ${access.exempt.length} exceptions`)
        : differs('state store policy', `lets others ${open.join(' and ')}`);
    })),
    ...(await runCheck('state store privacy', async () => {
      const command = new GetPublicAccessBlockCommand(asked);
      const answer = await unlessAbsent('NoSuchPublicAccessBlockConfiguration', client.send(command));
      const publicAccessBlock = { ...answer?.PublicAccessBlockConfiguration };
      const { isPrivate } = checkStoreAccess({ ...facts, policy: undefined, publicAccessBlock });
      return isPrivate
        ? ok('state store privacy', 'public access is blocked')
        : differs('state store privacy', 'public access is not blocked');
    })),
  ];
}

async function unlessAbsent<Answer>(code: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === code) return undefined;
    throw error;
  }
}

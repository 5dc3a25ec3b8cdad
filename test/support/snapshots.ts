// Takes a snapshot from one sandbox for another sandbox to load.
import * as z from 'zod';
import { takeSnapshot, type SnapshotOptions, type SnapshotResult } from '../../shared/snapshot/snapshot.ts';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { type AccountBuilder, daysBefore } from './account.ts';
import { aReader, protectTag } from './reader.ts';

export const ordinary: SnapshotOptions = {
  protectTags: [protectTag],
  without: [],
  boundary: () => Date.parse(daysBefore(30)),
  full: false,
  progress: () => undefined,
};

export async function snapshotOf(
  account: AccountBuilder | AccountFile,
  { search, ...options }: Partial<SnapshotOptions> & { readonly search?: readonly string[] | undefined } = {},
): Promise<{ file: AccountFile; text: string } & Pick<SnapshotResult, 'notes'>> {
  const { reader } = await aReader(account, { quotas: 'none', search });
  const { snapshot, notes } = await takeSnapshot(reader, { ...ordinary, ...options });
  const text = JSON.stringify(snapshot);
  return { file: accountIn(text), text, notes };
}

/** The sandbox checks whether the text is an account. */
export function accountIn(text: string): AccountFile {
  const parsed: unknown = JSON.parse(text);
  if (!isAccount(parsed)) throw new Error('no account');
  return parsed;
}

const isAccount = (value: unknown): value is AccountFile =>
  z.looseObject({ account: z.string() }).safeParse(value).success;

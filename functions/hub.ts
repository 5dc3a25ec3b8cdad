// Opens the bucket of the hub for its functions.
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { systemClock } from '../shared/domain/clock.ts';
import { once } from '../shared/domain/once.ts';
import { defaults } from '../shared/settings/parse.ts';
import { openStore } from '../shared/state/open-store.ts';

/** Once for all invocations of a process. */
export function openHub() {
  return once(async () => {
    const { share, quotas, writeShare } = defaults;
    const pacer = new Pacer(systemClock, share, quotas, writeShare);
    const aws = new Aws({ clock: systemClock, pacer, endpoint: process.env['AWS_ENDPOINT_URL'] });
    const bucket = process.env['FLEET_BUCKET'] ?? '';
    if (bucket === '') throw new Error('FLEET_BUCKET is not set: the stack of the hub gives it');
    return { aws, store: await openStore(`s3://${bucket}`, aws) };
  });
}

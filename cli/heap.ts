// Keeps the heap of the command line small. V8 lets the young generation grow to 64 MB and the old one to four times its
// content before it collects, since a machine has gigabytes. A plan of any account lives in 30 MB: what a call leaves behind
// is garbage a moment later. Measured with `npm run bench -- --only scale`: docs/reference/limits.md.
import { setFlagsFromString } from 'node:v8';

/** Called before anything is read: both flags are asked at each collection.
 *  https://nodejs.org/docs/latest-v24.x/api/v8.html#v8setflagsfromstringflags */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

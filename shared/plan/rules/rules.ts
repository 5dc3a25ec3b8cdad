// The keep rules. Every rule is asked about every revision, so that `explain` shows every reason. A new rule is one file and
// one line here.
import { inFlight } from './in-flight.ts';
import { keepLatest } from './keep-latest.ts';
import { minAge } from './min-age.ts';
import { newest } from './newest.ts';
import { protectedByName } from './protected.ts';
import { recentlyUsed } from './recently-used.ts';
import { referenced } from './referenced.ts';

/** `min-age` is last, since it depends on whether another rule keeps the revision. */
export const rules = [referenced, inFlight, newest, keepLatest, protectedByName, recentlyUsed, minAge] as const;

export type Reason = NonNullable<ReturnType<(typeof rules)[number]['why']>>;
export type RuleName = Reason['rule'];

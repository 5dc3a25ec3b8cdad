// The keep rules, in the order in which a person asks. Every rule is asked about every revision, so that `explain` can
// show every reason. A new rule is one file and one line here; the type of a reason follows.
import { inFlight } from './in-flight.ts';
import { keepLatest } from './keep-latest.ts';
import { minAge } from './min-age.ts';
import { newest } from './newest.ts';
import { protectedByName } from './protected.ts';
import { recentlyUsed } from './recently-used.ts';
import { referenced } from './referenced.ts';

/** `min-age` stands last: it must know whether an age was worth reading. */
export const rules = [
  referenced,
  inFlight,
  newest,
  keepLatest,
  protectedByName,
  recentlyUsed,
  minAge,
] as const;

export type Reason = NonNullable<ReturnType<(typeof rules)[number]['why']>>;
export type RuleName = Reason['rule'];

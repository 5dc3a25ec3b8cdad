// Matches families against the globs that glob.ts accepts. A separate file, because picomatch is loaded only where something is
// matched.
import picomatch from 'picomatch';

/** Whether the glob matches this family. Families are case-sensitive, as in ECS. */
export type Matcher = (family: string) => boolean;

/** Compiling costs a thousand times as much as matching. */
export function compile(glob: string): Matcher {
  const matches = picomatch(glob, { noextglob: true, nonegate: true });
  return (family) => matches(family); // picomatch takes a second argument, as filter() gives one, for "answer an object"
}

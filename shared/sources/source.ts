// What a source is: a place in AWS that can name a revision. Each is one file that declares its name, what it needs and
// what it cannot see; roles, documents, errors and tests are drawn from the declaration.
import type { Finding } from '../domain/evidence.ts';
import type { Tally } from '../aws/tally.ts';
import type { Reader } from './common/part.ts';

export interface Source {
  /** As in the settings, in reports and in errors. */
  readonly name: string;
  /** In which direction a naming travels: what starts things is read before services, these before
   *  their deployments' history, then tasks, and the definitions of all that is in use last. */
  readonly wave: 'starters' | 'services' | 'deployments' | 'tasks' | 'definitions';
  /** Services and tasks are where revisions run; they cannot be left out. */
  readonly optional: boolean;
  /** The setting that names what is read. Where it is empty nothing is, and no permission is needed. */
  readonly setting?: 'search';
  /** IAM actions, all of which the role must allow. */
  readonly permissions: readonly string[];
  /** Why it is read, in a sentence for the README and `./pruner permissions`. */
  readonly why: string;
  /** What it cannot see, in a sentence for the README. */
  readonly blindTo: string;
  /** Yields once for each thing that was read, with all that it names. */
  readonly read: (reader: Reader, tally: Tally) => AsyncIterable<readonly Finding[]>;
}

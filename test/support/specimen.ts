// The small account of one source, with its expected references, for the contract tests and the fault tests.
import type { AccountBuilder } from './account.ts';

export interface Specimen {
  readonly account: () => AccountBuilder;
  /** The references in it, as asLines() prints them, sorted. */
  readonly names: readonly string[];
  /** Entries of the setting `search`, for the source that needs them. */
  readonly search?: readonly string[];
  /** Calls that it makes only after an error. */
  readonly rare?: readonly string[];
}

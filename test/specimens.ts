// One small account for each source, with at least two in one of each list that the source reads, that makes it use every call that it
// declares. The contract of all sources and the fault tests are drawn from this table; a source without its row fails.
import type { AccountBuilder } from './account.ts';
import { anAccount } from './account.ts';

export interface Specimen {
  readonly account: () => AccountBuilder;
  /** What it names there, as asLines() prints it, sorted. */
  readonly names: readonly string[];
  /** Calls that it makes only when something is wrong. */
  readonly rare?: readonly string[];
}

export const specimens: Readonly<Record<string, Specimen>> = {
  services: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .service('prod/web', 'web:7')
        .service('prod/api', 'web:6')
        .service('dev/web', 'web:5'),
    names: [
      'service/dev/web deploys web:5',
      'service/prod/api deploys web:6',
      'service/prod/web deploys web:7',
    ],
    rare: ['DescribeClusters'],
  },
  tasks: {
    account: () =>
      anAccount().family('web', '1-9').task('prod', 'web:4').task('prod', 'web:3').task('dev', 'web:2'),
    names: [
      'task/dev/00000000000000000000000000000003 runs web:2',
      'task/prod/00000000000000000000000000000001 runs web:4',
      'task/prod/00000000000000000000000000000002 runs web:3',
    ],
    rare: ['DescribeClusters'],
  },
};

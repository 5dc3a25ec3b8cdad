// All commands, in the order in which help lists them.
import type { Command } from './command.ts';
import { approve } from './commands/approve.ts';
import { completion } from './commands/completion.ts';
import { decline } from './commands/decline.ts';
import { doctor } from './commands/doctor.ts';
import { explain } from './commands/explain.ts';
import { fleet } from './commands/fleet.ts';
import { history } from './commands/history.ts';
import { init } from './commands/init.ts';
import { permissions } from './commands/permissions.ts';
import { plan } from './commands/plan.ts';
import { prune } from './commands/prune.ts';
import { restore } from './commands/restore.ts';
import { snapshot } from './commands/snapshot.ts';

export const commands: readonly Command[] = [
  plan,
  prune,
  explain,
  history,
  approve,
  decline,
  restore,
  snapshot,
  fleet,
  doctor,
  permissions,
  init,
  completion,
];
export const commandNames = commands.map(({ name }) => name);

// The list of sources. A new one is one file and one line here; and what this version does not read yet, so that every
// report can say so.
import { codedeploy } from './codedeploy.ts';
import { definitions } from './definitions.ts';
import { expressServices } from './express-services.ts';
import { pipes } from './pipes.ts';
import { rules } from './rules.ts';
import { schedules } from './schedules.ts';
import { serviceDeployments } from './service-deployments.ts';
import { services } from './services.ts';
import type { Source } from './source.ts';
import { stacks } from './stacks.ts';
import { stateMachines } from './state-machines.ts';
import { tasks } from './tasks.ts';

export const sources: readonly Source[] = [
  rules,
  schedules,
  pipes,
  stateMachines,
  codedeploy,
  stacks,
  services,
  serviceDeployments,
  expressServices,
  tasks,
  definitions,
];

/** Names that are settled, so that reports and settings will not change their words when these are read one day. */
export const notReadYet: readonly string[] = ['subscribers'];

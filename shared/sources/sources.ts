// The list of sources. A new one is one file and one line here.
import { codedeploy } from './codedeploy.ts';
import { definitions } from './definitions.ts';
import { expressServices } from './express-services.ts';
import { functions } from './functions.ts';
import { pipes } from './pipes.ts';
import { rules } from './rules.ts';
import { search } from './search.ts';
import { schedules } from './schedules.ts';
import { serviceDeployments } from './service-deployments.ts';
import { services } from './services.ts';
import type { Source } from './source.ts';
import { stacks } from './stacks.ts';
import { stateMachines } from './state-machines.ts';
import { subscribers } from './subscribers.ts';
import { tasks } from './tasks.ts';

export const sources: readonly Source[] = [
  rules,
  schedules,
  pipes,
  stateMachines,
  codedeploy,
  stacks,
  functions,
  subscribers,
  search,
  services,
  serviceDeployments,
  expressServices,
  tasks,
  definitions,
];

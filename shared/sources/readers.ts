// The reader of each source in the catalogue. A source without a reader does not compile.
import { catalogue, type SourceName } from './catalogue.ts';
import { readCodeDeploy } from './codedeploy.ts';
import type { Reader } from './common/reader.ts';
import { readDefinitions } from './definitions.ts';
import { readExpressServices } from './express-services.ts';
import type { SourceFacts } from './facts.ts';
import { readFunctions } from './functions.ts';
import { readPipes } from './pipes.ts';
import { readRules } from './rules.ts';
import { readSchedules } from './schedules.ts';
import { readSearch } from './search.ts';
import { readServiceDeployments } from './service-deployments.ts';
import { readServices } from './services.ts';
import { readStacks } from './stacks.ts';
import { readStateMachines } from './state-machines.ts';
import { readSubscribers } from './subscribers.ts';
import { readTasks } from './tasks.ts';
import { keysOf } from '../domain/objects.ts';

const readers: Readonly<Record<SourceName, Reader>> = {
  rules: readRules,
  schedules: readSchedules,
  pipes: readPipes,
  'state-machines': readStateMachines,
  codedeploy: readCodeDeploy,
  stacks: readStacks,
  functions: readFunctions,
  subscribers: readSubscribers,
  search: readSearch,
  services: readServices,
  'service-deployments': readServiceDeployments,
  'express-services': readExpressServices,
  tasks: readTasks,
  definitions: readDefinitions,
};

export interface Source extends SourceFacts {
  readonly name: SourceName;
  readonly read: Reader;
}

export const sources: readonly Source[] = keysOf(catalogue).map((name) => ({
  name,
  ...catalogue[name],
  read: readers[name],
}));

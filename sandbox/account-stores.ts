/**
 * Everything that one AWS account in one Region contains, as plain stores. Operations change the stores; nothing here
 * knows an operation, a file or a test.
 */
import type { Clock } from './clock.ts';
import { Subscribers } from './cloudcontrol/subscribers.ts';
import { StackSets } from './cloudformation/stack-sets.ts';
import { Stacks } from './cloudformation/stacks.ts';
import { Trail } from './cloudtrail/trail.ts';
import { Applications } from './codedeploy/applications.ts';
import { Deployments } from './codedeploy/deployments.ts';
import { Arns } from './ecs/arns.ts';
import { Clusters } from './ecs/clusters.ts';
import { ExpressServices } from './ecs/express-services.ts';
import { Revisions } from './ecs/revisions.ts';
import { ServiceHistory } from './ecs/service-history.ts';
import { Services } from './ecs/services.ts';
import { Tags } from './ecs/tags.ts';
import { Tasks } from './ecs/tasks.ts';
import { EventBuses } from './events/buses.ts';
import { Rules } from './events/rules.ts';
import { Ids } from './ids.ts';
import { DurableExecutions } from './lambda/executions.ts';
import { Functions } from './lambda/functions.ts';
import type { Organization } from './organization.ts';
import { Pipes } from './pipes/pipes.ts';
import type { Place } from './place.ts';
import { Storage } from './s3/storage.ts';
import { ScheduleGroups } from './scheduler/groups.ts';
import { Schedules } from './scheduler/schedules.ts';
import { Topics } from './sns/topics.ts';
import { Calendars } from './ssm/calendars.ts';
import { Parameters } from './ssm/parameters.ts';
import { StateMachines } from './states/machines.ts';

export class AccountStores {
  readonly place: Place;
  readonly #clock: Clock;
  readonly ids = new Ids();
  /** Absent for an account outside any organization: buses of other accounts then accept everything. */
  organization: Organization | undefined;
  /** The account's IAM alias. */
  alias: string | undefined;

  readonly arns: Arns;
  readonly revisions: Revisions;
  readonly clusters: Clusters;
  readonly services = new Services();
  readonly history: ServiceHistory;
  readonly express = new ExpressServices();
  readonly tasks = new Tasks();
  readonly tags = new Tags();

  readonly topics = new Topics();
  readonly storage = new Storage();
  readonly trail: Trail;
  readonly applications = new Applications();
  readonly deployments = new Deployments();
  readonly stacks = new Stacks();
  readonly stackSets = new StackSets();
  readonly stateMachines: StateMachines;
  readonly eventBuses: EventBuses;
  readonly rules: Rules;
  readonly scheduleGroups: ScheduleGroups;
  readonly schedules: Schedules;
  readonly pipes: Pipes;
  readonly functions: Functions;
  readonly durableExecutions: DurableExecutions;
  readonly subscribers = new Subscribers();
  readonly parameters: Parameters;
  readonly calendars: Calendars;

  constructor(place: Place, clock: Clock) {
    this.place = place;
    this.#clock = clock;
    this.arns = new Arns(place);
    this.revisions = new Revisions(this.arns, clock);
    this.clusters = new Clusters(this.arns);
    this.history = new ServiceHistory(this.arns);
    this.trail = new Trail(place, this.ids);
    this.stateMachines = new StateMachines(place);
    this.eventBuses = new EventBuses(place);
    this.rules = new Rules(place, this.eventBuses);
    this.scheduleGroups = new ScheduleGroups(place);
    this.schedules = new Schedules(place, this.scheduleGroups, clock);
    this.pipes = new Pipes(place, clock);
    this.functions = new Functions(place);
    this.durableExecutions = new DurableExecutions(clock);
    this.parameters = new Parameters(place);
    this.calendars = new Calendars(place);
  }

  now(): number {
    return this.#clock.now();
  }
}

import type {
  DeleteRuleRequest,
  EnableRuleRequest,
  PutRuleRequest,
  Rule,
  RuleState,
  Target,
} from '@aws-sdk/client-eventbridge';
import { isRecord, parseJson } from '../check.ts';
import { AwsError } from '../errors.ts';
import type { Place } from '../place.ts';
import { eventsArn, type EventBuses } from './buses.ts';

export type StoredRule = Rule & {
  readonly Name: string;
  readonly Arn: string;
  readonly EventBusName: string;
};

/** Identifies a rule by its name and bus; the bus is `default` if none is given. */
export interface RuleName {
  readonly Name: string | undefined;
  readonly EventBusName?: string | undefined;
}

export class Rules {
  readonly #byArn = new Map<string, StoredRule>();
  /** By the rule's ARN, then by the target's id. */
  readonly #targets = new Map<string, Map<string, Target>>();
  readonly #place: Place;
  readonly #buses: EventBuses;

  constructor(place: Place, buses: EventBuses) {
    this.#place = place;
    this.#buses = buses;
  }

  add({ Name = '', EventBusName, ...rule }: Rule, targets: readonly Target[]): void {
    const bus = this.#buses.named(EventBusName);
    const Arn = this.arn({ Name, EventBusName });
    if (this.#byArn.has(Arn)) throw new TypeError(`${Arn} exists twice`);
    this.#byArn.set(Arn, { State: 'ENABLED', ...rule, Name, Arn, EventBusName: bus.Name });
    this.#targets.set(Arn, new Map(targets.map((target) => [target.Id ?? '', target])));
  }

  /** The ARN of a rule on the default bus does not contain the bus. */
  arn({ Name = '', EventBusName }: RuleName): string {
    const bus = EventBusName?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
    return eventsArn(this.#place, bus === 'default' ? `rule/${Name}` : `rule/${bus}/${Name}`);
  }

  find(ruleName: RuleName): StoredRule | undefined {
    this.#buses.named(ruleName.EventBusName);
    return this.#byArn.get(this.arn(ruleName));
  }

  named(ruleName: RuleName): StoredRule {
    const rule = this.find(ruleName);
    if (rule !== undefined) return rule;
    const bus = ruleName.EventBusName ?? 'default';
    throw new AwsError('ResourceNotFoundException', `Rule ${ruleName.Name} does not exist on EventBus ${bus}.`);
  }

  targetsOf({ Arn }: StoredRule): Map<string, Target> {
    const targets = this.#targets.get(Arn) ?? new Map<string, Target>();
    this.#targets.set(Arn, targets);
    return targets;
  }

  on(bus: string): StoredRule[] {
    return [...this.#byArn.values()].filter(({ EventBusName }) => EventBusName === bus);
  }

  put(request: PutRuleRequest): string {
    assertNotManaged(this.find(request));
    const { EventPattern, ScheduleExpression, Name = '' } = request;
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name)) throw invalid('Name is 1 to 64 of . - _ letters and digits.');
    if (EventPattern === undefined && ScheduleExpression === undefined)
      throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    const { Name: EventBusName } = this.#buses.named(request.EventBusName);
    if (ScheduleExpression !== undefined && EventBusName !== 'default')
      throw invalid('ScheduleExpression is supported only on the default event bus.');
    if (ScheduleExpression !== undefined && !/^(rate|cron)\(.+\)$/.test(ScheduleExpression))
      throw invalid('Parameter ScheduleExpression is not valid.');
    if (EventPattern !== undefined && !isRecord(parseJson(EventPattern)))
      throw new AwsError('InvalidEventPatternException', 'Event pattern is not valid.');
    const Arn = this.arn(request);
    const input = { ...request };
    delete input.Tags;
    this.#byArn.set(Arn, { State: 'ENABLED', ...input, Name, Arn, EventBusName });
    return Arn;
  }

  /** Deleting a rule that does not exist succeeds. */
  delete(input: DeleteRuleRequest): void {
    const rule = this.find(input);
    if (rule === undefined) return;
    assertNotManaged(rule, input.Force);
    if (this.targetsOf(rule).size > 0) throw invalid("Rule can't be deleted since it has targets.");
    this.#byArn.delete(rule.Arn);
  }

  set(ruleName: EnableRuleRequest, State: RuleState): void {
    const rule = this.named(ruleName);
    assertNotManaged(rule);
    rule.State = State;
  }
}

/** Only `Force` changes a rule that another AWS service manages, and only in some calls. */
export function assertNotManaged(rule: StoredRule | undefined, force = false): void {
  if (rule?.ManagedBy !== undefined && !force)
    throw new AwsError('ManagedRuleException', `Rule ${rule.Name} is managed by ${rule.ManagedBy}.`);
}

export const invalid = (message: string) => new AwsError('ValidationException', message);

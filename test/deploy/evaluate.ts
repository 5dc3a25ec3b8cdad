// Evaluates a template as CloudFormation does for the given parameters: conditions are decided, resources without their
// condition are left out, and what depends on parameters has its value. Names that only a stack knows stay, as `${AWS::Region}`
// or `${StateBucket.Arn}` inside Fn::Sub. A parameter that the template does not allow throws.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
import * as z from 'zod';
import type { SourceTemplate } from '../../cli/template.ts';
import { isObject } from '../../shared/domain/objects.ts';

type Parameters = Readonly<Record<string, string>>;
type Value = string | number | string[];

const NO_VALUE = '${AWS::NoValue}';

export function evaluate(template: SourceTemplate, given: Parameters) {
  const values = valuesOf(template, given);
  const conditions = new Map<string, boolean>();
  assertRules();
  const exists = ({ Condition }: SourceTemplate['Resources'][string]) => Condition === undefined || isTrue(Condition);
  return {
    Description: template.Description,
    Resources: mapValues(filterValues(template.Resources, exists), (one) => {
      const Properties = z.record(z.string(), z.unknown()).parse(toFunctions(resolve(one.Properties)));
      return { ...one, Properties };
    }),
    Outputs: mapValues(template.Outputs, (output) => ({ ...output, Value: toFunctions(resolve(output.Value)) })),
  };

  /** Rules are decided by parameters alone. */
  function assertRules(): void {
    const rules = z.record(z.string(), z.object({ RuleCondition: z.unknown(), Assertions: z.array(assertion) }));
    for (const { RuleCondition, Assertions } of Object.values(rules.parse(template.Rules)))
      if (decide(RuleCondition))
        for (const { Assert, AssertDescription } of Assertions) if (!decide(Assert)) throw new Error(AssertDescription);
  }

  function isTrue(name: string): boolean {
    const known = conditions.get(name);
    if (known !== undefined) return known;
    if (!(name in template.Conditions)) throw new Error(`there is no condition ${name}`);
    const decided = decide(template.Conditions[name]);
    conditions.set(name, decided);
    return decided;
  }

  function decide(condition: unknown): boolean {
    const [name, argument] = functionIn(condition) ?? [];
    if (name === 'Condition') return isTrue(z.string().parse(argument));
    const parts = z.array(z.unknown()).parse(argument);
    if (name === 'Fn::And') return parts.every(decide);
    if (name === 'Fn::Or') return parts.some(decide);
    if (name === 'Fn::Not') return !decide(parts[0]);
    if (name === 'Fn::Equals') return text(parts[0]) === text(parts[1]);
    if (name === 'Fn::EachMemberEquals') return list(parts[0]).every((member) => member === text(parts[1]));
    throw new Error(`${name} decides no condition`);
  }

  /** Names that only a stack knows become `${...}` in a text. */
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NO_VALUE);
    if (!isObject(value)) return value;
    const [name, argument] = functionIn(value) ?? [];
    if (name === 'Ref') return ref(z.string().parse(argument));
    if (name === 'Fn::GetAtt') return `\${${z.array(z.string()).parse(argument).join('.')}}`;
    if (name === 'Fn::Sub') return substitute(argument);
    const parts = () => z.array(z.unknown()).parse(argument);
    if (name === 'Fn::If') {
      const [condition, yes, no] = parts();
      return resolve(isTrue(z.string().parse(condition)) ? yes : no);
    }
    if (name === 'Fn::Join') {
      const [separator, items] = parts();
      return list(items).join(text(separator));
    }
    if (name === 'Fn::Split') {
      const [separator, whole] = parts();
      return text(whole).split(text(separator));
    }
    if (name === 'Fn::Select') {
      const [index, items] = parts();
      const item = list(items)[Number(index)];
      if (item === undefined) throw new Error(`Fn::Select: there is no item ${String(index)}`);
      return item;
    }
    if (name?.startsWith('Fn::')) throw new Error(`${name}: not supported`);
    return filterValues(mapValues(value, resolve), (inner) => inner !== NO_VALUE);
  }

  function ref(name: string): Value {
    const value = values.get(name);
    if (value !== undefined) return value;
    if (!name.startsWith('AWS::') && !(name in template.Resources)) throw new Error(`there is no ${name}`);
    return `\${${name}}`;
  }

  function substitute(argument: unknown): string {
    const [pattern, variables] = z
      .tuple([z.string(), z.record(z.string(), z.unknown()).default({})])
      .parse(typeof argument === 'string' ? [argument] : argument);
    return pattern.replaceAll(/\$\{([^}]+)\}/gu, (_, name: string) => {
      if (name in variables) return text(variables[name]);
      return name.includes('.') ? `\${${name}}` : String(ref(name));
    });
  }

  function text(value: unknown): string {
    return String(z.union([z.string(), z.number()]).parse(resolve(value)));
  }

  function list(value: unknown): string[] {
    return z.array(z.string()).parse(resolve(value));
  }
}

const assertion = z.object({ Assert: z.unknown(), AssertDescription: z.string() });

/** @throws for a parameter that CloudFormation would refuse */
function valuesOf({ Parameters }: SourceTemplate, given: Parameters): ReadonlyMap<string, Value> {
  const unknown = Object.keys(given).filter((name) => !(name in Parameters));
  if (unknown.length > 0) throw new Error(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  return new Map(
    Object.entries(Parameters).map(([name, parameter]): [string, Value] => {
      const value = given[name] ?? parameter.Default;
      if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
      const { Type, AllowedValues, AllowedPattern, MinLength = 0, MaxLength = 4096 } = parameter;
      const { MinValue = -Infinity, MaxValue = Infinity } = parameter;
      const entries =
        Type === 'CommaDelimitedList'
          ? String(value)
              .split(',')
              .map((one) => one.trim())
          : [String(value)];
      const allowed = entries.every(
        (entry) =>
          (AllowedValues === undefined || AllowedValues.map(String).includes(entry)) &&
          (AllowedPattern === undefined || new RegExp(AllowedPattern).test(entry)) &&
          entry.length >= MinLength &&
          entry.length <= MaxLength &&
          (Type !== 'Number' || (Number(entry) >= MinValue && Number(entry) <= MaxValue)),
      );
      if (!allowed) throw new Error(`Parameter ${name} failed to satisfy constraint: ${String(value)}`);
      if (Type === 'CommaDelimitedList') return [name, entries];
      return [name, Type === 'Number' ? Number(value) : String(value)];
    }),
  );
}

/** The function and its argument, where the value is a call. */
function functionIn(value: unknown): [string, unknown] | undefined {
  if (!isObject(value)) return undefined;
  const [member, ...more] = Object.entries(value);
  return member !== undefined && more.length === 0 && /^(?:Ref|Condition|Fn::\w+)$/u.test(member[0])
    ? member
    : undefined;
}

/** A text with a name that only a stack knows is Fn::Sub again. */
function toFunctions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toFunctions);
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  return isObject(value) ? mapValues(value, toFunctions) : value;
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function filterValues<Value>(
  record: Readonly<Record<string, Value>>,
  keep: (value: Value) => boolean,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => keep(value)));
}

// A plugin for `npm run deploy`, `npm run deploy:fleet` and their removal: the stack of a stage is the template of the service's file
// with the `params` of the stage there as its parameters, and the framework's bucket for the zip. An unknown stage or parameter, or a value that the template does not
// allow, stops the deployment before it begins.

interface Parameter {
  readonly Type: string;
  readonly Default?: string | number | undefined;
  readonly AllowedValues?: readonly (string | number)[] | undefined;
  readonly AllowedPattern?: string | undefined;
  readonly ConstraintDescription?: string | undefined;
  readonly MinValue?: number | undefined;
  readonly MaxValue?: number | undefined;
  readonly MaxLength?: number | undefined;
}
type Parameters = Readonly<Record<string, Parameter>>;
interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string | undefined;
  readonly Properties: { readonly Code?: unknown };
}
type Resources = Readonly<Record<string, Resource>>;

interface Template {
  readonly Parameters: Parameters;
  readonly Resources: Resources;
}

/** By stage; `default` is for all. */
type Params = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The part of the framework that the plugin uses. */
export interface Serverless {
  readonly service: {
    readonly service: string;
    readonly custom: {
      readonly template: Template;
      /** The contents of the bucket that outlive the stack. */
      readonly keeps?: string;
    };
    readonly provider: {
      stackParameters?: { ParameterKey: string; ParameterValue: string }[];
      coreCloudFormationTemplate?: { Parameters?: Parameters };
      compiledCloudFormationTemplate?: { Resources: Resources };
    };
  };
  readonly configurationInput: { readonly params: Params };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  readonly getProvider: (name: 'aws') => { getStage: () => string };
}

/** The output of the framework. */
interface Output {
  readonly log: { readonly notice: (text: string) => void };
}

/** The deployment itself gives these. */
const own = new Set(['CodeBucket', 'CodeKey', 'Name']);

class Stage {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(serverless: Serverless, { param = [] }: { readonly param?: readonly string[] }, { log }: Output) {
    const { service } = serverless;
    const template = () => service.custom.template;
    this.hooks = {
      initialize() {
        const stage = serverless.getProvider('aws').getStage();
        const { values, problems } = valuesOf(
          stage,
          serverless.configurationInput.params,
          param,
          template().Parameters,
        );
        if (problems.length > 0) throw new serverless.classes.Error(problems.join('\n'), 'STAGE_PARAMETERS');
        const all = { ...values, Name: `${service.service}-${stage}` };
        service.provider.stackParameters = Object.entries(all).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        }));
      },
      // The first deployment creates the stack with its bucket alone, but with all parameters.
      'after:package:initialize'() {
        const core = service.provider.coreCloudFormationTemplate ?? {};
        core.Parameters = withoutCode(template().Parameters);
      },
      'after:aws:package:finalize:mergeCustomProviderResources'() {
        const compiled = service.provider.compiledCloudFormationTemplate ?? { Resources: {} };
        // All functions of the framework have the same zip.
        const Code = Object.values(compiled.Resources).find(isFunction)?.Properties.Code;
        const Resources = { ...onlyBucket(compiled.Resources), ...withCode(template().Resources, Code) };
        Object.assign(compiled, template(), { Parameters: withoutCode(template().Parameters), Resources });
      },
      'after:remove:remove'() {
        const stack = `${service.service}-${serverless.getProvider('aws').getStage()}`;
        for (const bucket of keptBuckets(template().Resources))
          log.notice(
            `The bucket ${stack}-${bucket.toLowerCase()}-... and its policy stay, with ${service.custom.keeps}.`,
          );
        log.notice('docs/guide/deploy.md, "Removing the stack", has the commands that delete them.');
      },
    };
  }
}

// The framework loads plugins by `require`.
export { Stage, Stage as 'module.exports' };

function withoutCode(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith('Code')));
}

function onlyBucket(resources: Resources): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith('ServerlessDeploymentBucket')));
}

/** @param Code where the framework uploads the zip */
function withCode(resources: Resources, Code: unknown): Resources {
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [
      id,
      isFunction(resource) ? { ...resource, Properties: { ...resource.Properties, Code } } : resource,
    ]),
  );
}

function isFunction({ Type }: Resource): boolean {
  return Type === 'AWS::Lambda::Function';
}

/** The ids of the buckets that outlive the stack. */
function keptBuckets(resources: Resources): string[] {
  const kept = Object.entries(resources).filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined);
  return kept.filter(([, { Type }]) => Type === 'AWS::S3::Bucket').map(([id]) => id);
}

/** @param options of the command line, as NAME=VALUE */
function valuesOf(
  stage: string,
  { default: common = {}, ...stages }: Params,
  options: readonly string[],
  parameters: Parameters,
): { values: Record<string, string>; problems: string[] } {
  const mine = stages[stage];
  if (mine === undefined) {
    const known = Object.keys(stages).join(', ');
    return { values: {}, problems: [`stage: given ${stage}, allowed: ${known} (add it to params)`] };
  }
  const given = options.map((option) => [option.replace(/=.*/s, ''), option.replace(/^[^=]*=/s, '')] as const);
  const all = Object.entries<unknown>({ ...common, ...mine, ...Object.fromEntries(given) });
  const values = all.map(([name, value]) => [name, [value].flat().map(String).join(',')] as const);
  return {
    values: Object.fromEntries(values),
    problems: [
      ...values.flatMap(([name, value]) => problemsOf(name, value, parameters)),
      ...Object.entries(parameters)
        .filter(
          ([name, { Default }]) => Default === undefined && !own.has(name) && !values.some(([given]) => given === name),
        )
        .map(([name, parameter]) => `${name}: not given, allowed: ${constraintOf(parameter)} (add it to params)`),
    ],
  };
}

function problemsOf(name: string, value: string, parameters: Parameters): string[] {
  const parameter = own.has(name) ? undefined : parameters[name];
  if (parameter === undefined) {
    const known = Object.keys(parameters).filter((one) => !own.has(one));
    return [`${name}: no such parameter, allowed: ${known.join(', ')}`];
  }
  const allowed = whatIsAllowed(value, parameter);
  return allowed === undefined ? [] : [`${name}: given "${value}", allowed: ${allowed}`];
}

/** @returns nothing where the value is allowed */
function whatIsAllowed(value: string, parameter: Parameter): string | undefined {
  const { Type, AllowedValues, AllowedPattern, MinValue = 0, MaxValue = Infinity, MaxLength = 4096 } = parameter;
  if (AllowedValues !== undefined)
    return AllowedValues.map(String).includes(value) ? undefined : AllowedValues.join(', ');
  if (Type === 'Number') {
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    return number >= MinValue && number <= MaxValue ? undefined : `a whole number from ${MinValue} to ${MaxValue}`;
  }
  if (Buffer.byteLength(value) > MaxLength) return `at most ${MaxLength} bytes`;
  const entries = Type === 'CommaDelimitedList' ? value.split(',').map((entry) => entry.trim()) : [value];
  const fits = AllowedPattern === undefined || entries.every((entry) => new RegExp(AllowedPattern).test(entry));
  return fits ? undefined : constraintOf(parameter);
}

function constraintOf({ ConstraintDescription, AllowedPattern = 'any value' }: Parameter): string {
  return (ConstraintDescription ?? AllowedPattern).replace(/^must be /, '');
}

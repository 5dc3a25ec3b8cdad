// The examples against the template: every parameter that they pass exists and is allowed, and their formats parse.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import hcl from 'hcl2-parser';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseTemplate, readTemplate } from '../../cli/template.ts';
import manifest from '../../package.json' with { type: 'json' };
import { parseSettings } from '../../shared/settings/parse.ts';
import { evaluate } from './evaluate.ts';
import { faultsOf } from './specification.ts';
import { plain, propertiesOf } from './stack.ts';

const root = path.resolve(import.meta.dirname, '../../examples');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const template = readTemplate();
const zip = `${manifest.name}-${manifest.version}.zip`;
const code = { CodeBucket: 'my-artifacts', CodeKey: zip };
const asked = { Email: 'platform@example.com', TimeZone: 'Europe/Berlin' };

/** @throws for a parameter that CloudFormation would refuse */
const accept = (parameters: Readonly<Record<string, string>>) => evaluate(template, parameters);

test.each(globSync('*/', { cwd: root }))('%s has a guide, and at most 60 lines in all', (folder) => {
  const files = globSync(`${folder}/*`, { cwd: root });
  expect(files).toContain(path.join(folder, 'README.md'));
  expect(files.reduce((lines, file) => lines + textOf(file).split('\n').length - 1, 0)).toBeLessThanOrEqual(60);
});

test('the roles of the template have no names, so CAPABILITY_IAM is enough', () => {
  const iam = Object.values(template.Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  expect(iam.length).toBeGreaterThan(5);
  const names = ['RoleName', 'ManagedPolicyName', 'UserName', 'GroupName', 'InstanceProfileName'];
  expect(iam.flatMap(({ Properties }) => names.filter((name) => name in Properties))).toEqual([]);
});

describe('terraform', () => {
  const blocks = z.record(z.string(), z.array(z.looseObject({ description: z.string().optional() })));
  const module = z
    .object({
      variable: blocks,
      output: blocks,
      resource: z.object({
        aws_s3_object: z.object({ code: z.tuple([z.looseObject({ lifecycle: z.unknown() })]) }),
        aws_cloudformation_stack: z.object({
          pruner: z.tuple([z.looseObject({ capabilities: z.array(z.string()), parameters: z.string() })]),
        }),
      }),
    })
    .parse(parseHcl(textOf('terraform/main.tf')));

  test('every variable and output has a description', () => {
    const all = [...Object.values(module.variable), ...Object.values(module.output)].flat();
    expect(all).toHaveLength(4);
    expect(all.filter(({ description }) => description === undefined)).toEqual([]);
  });

  test('the stack gets the code and the parameters of the caller, which the template accepts', () => {
    const [stack] = module.resource.aws_cloudformation_stack.pruner;
    expect(stack.capabilities).toEqual(['CAPABILITY_IAM']);
    expect(stack['template_body']).toBe('${file("${var.release}/template.yml")}');
    const own = stack.parameters.match(/\w+(?= =)/g) ?? [];
    expect(own).toEqual(['CodeBucket', 'CodeKey']);
    const call = z
      .object({
        module: z.object({ pruner: z.tuple([z.looseObject({ parameters: z.record(z.string(), z.string()) })]) }),
      })
      .parse(parseHcl(codeIn('terraform/README.md', 'hcl')));
    const [{ parameters, ...variables }] = call.module.pruner;
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(['release', 'bucket']));
    expect(parameters).toEqual(asked);
    expect(accept({ ...parameters, ...code }).Resources).toHaveProperty('ReportMail');
  });

  test('an earlier zip stays until the stack has the new one', () => {
    const [object] = module.resource.aws_s3_object.code;
    expect(object.lifecycle).toEqual([{ create_before_destroy: true }]);
  });

  test('the parser refuses what is no HCL', () => {
    expect(() => parseHcl('variable "a" {')).toThrow('no HCL');
  });
});

test('the construct for the CDK passes the code, and its caller parameters that the template accepts', () => {
  const [, own = ''] = /parameters: \{ \.\.\.parameters, (.*?) \}/.exec(textOf('cdk/revision-pruner.ts')) ?? [];
  expect(own.match(/\w+(?=:)/g)).toEqual(['CodeBucket', 'CodeKey']);
  const [, given = ''] = /parameters: \{ (.*?) \}/.exec(codeIn('cdk/README.md', 'ts')) ?? [];
  const parameters = Object.fromEntries(
    [...given.matchAll(/(\w+): '(.*?)'/g)].map(([, name = '', value = '']) => [name, value]),
  );
  expect(parameters).toEqual(asked);
  expect(accept({ ...parameters, ...code }).Resources).toHaveProperty('ReportMail');
});

test('sam deploy passes the version of this release, and parameters that the template accepts', () => {
  const { parameters } = z
    .object({
      version: z.literal(0.1),
      default: z.object({ deploy: z.looseObject({ parameters: z.looseObject({}) }) }),
    })
    .parse(parse(textOf('sam/samconfig.yaml'))).default.deploy;
  expect(parameters).toMatchObject({ template_file: 'release/template.yml', capabilities: 'CAPABILITY_IAM' });
  const overrides = pairsIn(z.array(z.string()).parse(parameters['parameter_overrides']));
  expect(overrides).toEqual({ ...code, ...asked });
  expect(accept(overrides).Resources).toHaveProperty('ReportMail');
  expect(textOf('sam/README.md')).toContain(`aws s3 cp release/${zip} s3://my-artifacts/`);
});

test('the link of the console has the form that AWS documents, and parameters that the template accepts', () => {
  const link = new URL(codeIn('console/README.md', 'text').trim());
  expect(link.origin + link.pathname + link.search).toBe(
    'https://console.aws.amazon.com/cloudformation/home?region=eu-west-1',
  );
  const [place, query = ''] = link.hash.split('?');
  expect(place).toBe('#/stacks/create/review');
  const { templateURL, stackName, ...given } = Object.fromEntries(new URLSearchParams(query));
  expect(templateURL).toBe('https://my-artifacts.s3.eu-west-1.amazonaws.com/template.yml');
  expect(stackName).toBe('ecs-revision-pruner');
  const parameters = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.replace(/^param_/, ''), value]),
  );
  expect(parameters).toEqual({ ...code, ...asked });
  expect(accept(parameters).Resources).toHaveProperty('ReportMail');
  const { default: label } = z
    .object({ default: z.string() })
    .parse(z.record(z.string(), z.unknown()).parse(consoleLabels())['DryRun']);
  expect(textOf('console/README.md')).toContain(`**${label}**`);
});

describe('stacksets', () => {
  const source = parseTemplate(textOf('stacksets/stackset.yml'));
  const given = {
    DryRunUnits: 'ou-ab12-cd34ef56',
    Regions: 'eu-west-1,us-east-1',
    CodeBucket: 'acme-pruner-code-{region}',
    CodeKey: zip,
    FleetBusArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/ecs-revision-pruner-fleet',
  };
  const pairs = z.array(z.object({ ParameterKey: z.string(), ParameterValue: z.string() }));
  const stackSet = z.looseObject({
    Parameters: pairs,
    TemplateURL: z.unknown(),
    StackInstancesGroup: z.array(
      z.object({
        DeploymentTargets: z.object({ OrganizationalUnitIds: z.array(z.string()) }),
        Regions: z.array(z.string()),
        ParameterOverrides: pairs.default([]),
      }),
    ),
  });
  const deployed = (more: Readonly<Record<string, string>> = {}) =>
    stackSet.parse(evaluate(source, { ...given, ...more }).Resources['Members']?.Properties);
  const valuesIn = (parameters: z.output<typeof pairs>) =>
    Object.fromEntries(parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]));
  const live = { LiveUnits: 'ou-ab12-11112222,ou-ab12-33334444' };

  test.each([{}, live, { Paused: 'true', CallAs: 'DELEGATED_ADMIN' }])(
    'the template with %o fits the specification of AWS',
    (more) => {
      expect(faultsOf(evaluate(source, { ...given, ...more }))).toEqual([]);
    },
  );

  test('the stack set deploys to accounts that join later, one Region after the other, and stops at the first failure', () => {
    const properties = deployed();
    expect(properties).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      OperationPreferences: {
        RegionOrder: ['eu-west-1', 'us-east-1'],
        MaxConcurrentPercentage: 25,
        FailureToleranceCount: 0,
        // The other mode begins with one account for a tolerance of none, whatever the percentage.
        ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
      },
      Capabilities: ['CAPABILITY_IAM'],
    });
    expect(plain(properties.TemplateURL)).toBe(
      'https://acme-pruner-code-<AWS::Region>.s3.<AWS::Region>.<AWS::URLSuffix>/template.yml',
    );
  });

  test('every member is a dry run that reports to the hub, with parameters that the template accepts', () => {
    const { Parameters, StackInstancesGroup } = deployed();
    const parameters = valuesIn(Parameters);
    expect(parameters).toEqual({
      CodeBucket: 'acme-pruner-code-{region}',
      CodeKey: zip,
      FleetBusArn: given.FleetBusArn,
      Settings: 'notify: action',
      Paused: 'false',
    });
    const member = accept(parameters);
    expect(propertiesOf(member, 'NightlyLambdaFunction')).toMatchObject({
      Environment: { Variables: { DRY_RUN: 'true', FLEET_BUS_ARN: given.FleetBusArn } },
    });
    expect(parseSettings(parse(parameters['Settings'] ?? ''), 'the example')).toMatchObject({ notify: 'action' });
    expect(StackInstancesGroup).toEqual([
      {
        DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-cd34ef56'] },
        Regions: ['eu-west-1', 'us-east-1'],
        ParameterOverrides: [],
      },
    ]);
  });

  test('live units deregister, and nothing else differs', () => {
    const { Parameters, StackInstancesGroup } = deployed(live);
    const overrides = StackInstancesGroup.map((group) => valuesIn(group.ParameterOverrides));
    expect(overrides).toEqual([{}, { DryRun: 'false' }]);
    expect(StackInstancesGroup[1]?.DeploymentTargets.OrganizationalUnitIds).toEqual(live.LiveUnits.split(','));
    const member = accept({ ...valuesIn(Parameters), ...overrides[1] });
    expect(propertiesOf(member, 'NightlyLambdaFunction')).toHaveProperty('Environment.Variables.DRY_RUN', 'false');
  });

  test('one update pauses all members: no unit overrides Paused', () => {
    const { Parameters, StackInstancesGroup } = deployed({ ...live, Paused: 'true' });
    expect(propertiesOf(accept(valuesIn(Parameters)), 'Nightly')).toMatchObject({ State: 'DISABLED' });
    const overridden = StackInstancesGroup.flatMap((group) => Object.keys(valuesIn(group.ParameterOverrides)));
    expect(overridden).toEqual(['DryRun']);
  });

  test('the guide passes the parameters that the template requires', () => {
    const guide = textOf('stacksets/README.md');
    const passed = pairsIn(guide.match(/\b[A-Z]\w+=[\w.,:/{}-]+/g) ?? []);
    expect(passed).toEqual({ ...given, CallAs: 'DELEGATED_ADMIN', Paused: 'true' });
    expect(() => evaluate(source, passed)).not.toThrow();
  });
});

test('the workflow deploys this version with parameters that the template accepts', () => {
  const workflow = textOf('github-actions/deploy.yml');
  expect(workflow).toContain(`VERSION: ${manifest.version}\n`);
  const [, overrides = ''] = /--parameter-overrides \\\n(.*)$/m.exec(workflow) ?? [];
  const parameters = pairsIn(overrides.match(/\w+="(?:\$\(.*?\)|.*?)"/g) ?? []);
  expect(Object.keys(parameters)).toEqual(['CodeBucket', 'CodeKey', 'Email', 'Settings']);
  const settings = '# ours\nkeepLatest: 10\nprotect: ["web*"]\n';
  expect(accept({ ...code, Email: asked.Email, Settings: settings }).Resources).toHaveProperty('SettingsText');
});

function parseHcl(text: string): unknown {
  const [value] = hcl.parseToObject(text);
  if (value === null) throw new Error('the text is no HCL');
  return value;
}

/** The first block of this language, without its indentation. */
function codeIn(file: string, language: string): string {
  const [, text] = new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'm').exec(textOf(file)) ?? [];
  if (text === undefined) throw new Error(`${file} has no block of ${language}`);
  return text.replaceAll(/^ {3}/gm, '');
}

function pairsIn(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [text.replace(/=.*/s, ''), text.replace(/^[^=]*=/s, '')]));
}

function consoleLabels(): unknown {
  return z.looseObject({ ParameterLabels: z.unknown() }).parse(template.Metadata['AWS::CloudFormation::Interface'])
    .ParameterLabels;
}

// Reads AppSpecs in every form that CodeDeploy accepts and in some that it refuses: each references a revision or a family,
// or is unresolved, which holds the families of its services.
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { describe, expect, test } from 'vitest';
import { mentionFinder } from '../../shared/domain/mentions.ts';
import { referencesInRevision } from '../../shared/sources/appspec.ts';
import { rangesOf } from '../../shared/domain/revision.ts';
import { appSpec, revisionArn } from '../support/account.ts';
import { asLines, target } from '../support/reader.ts';

const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const couldBe = `(families of ${service})`;
const deployed = {
  source: 'codedeploy',
  referrer: 'blue',
  use: 'deploys',
  via: [],
  services: [service],
} as const;
const inventory = new Map(['web', 'worker'].map((family) => [family, rangesOf([1, 2, 7])]));
const reading = { target, find: mentionFinder(target, inventory) };
const said = (revision: RevisionLocation | undefined) => asLines(referencesInRevision(revision, deployed, reading));
const content = (text: string) => said({ revisionType: 'AppSpecContent', appSpecContent: { content: text } });

const json = (TaskDefinition: unknown) =>
  JSON.stringify({
    version: 1,
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition } } }],
  });
const yaml = (line: string) => `version: 0.0\nResources:\n  - TargetService:\n      Properties:\n        ${line}\n`;

describe('names', () => {
  test.each([
    { form: 'YAML', text: appSpec('web:7').appSpecContent.content, names: 'web:7' },
    { form: 'JSON', text: json(revisionArn('web:7')), names: 'web:7' },
    {
      form: 'JSON with tabs and line ends of Windows',
      text: `{\r\n\t"TaskDefinition":\t"web:7"\r\n}`,
      names: 'web:7',
    },
    { form: 'family and number', text: yaml('TaskDefinition: web:7'), names: 'web:7' },
    { form: 'a family alone, which floats', text: yaml('TaskDefinition: web'), names: 'web' },
    {
      form: 'keys in small letters',
      text: yaml(`taskdefinition: '${revisionArn('web:7')}'`),
      names: 'web:7',
    },
    { form: 'an upper-case family', text: yaml(`TaskDefinition: ${revisionArn('WEB:7')}`), names: 'WEB:7' },
    {
      form: 'an anchor',
      text: `x: &it ${revisionArn('web:7')}\n${yaml('TaskDefinition: *it')}`,
      names: 'web:7',
    },
    {
      form: 'a folded line',
      text: yaml(`TaskDefinition: >-\n          ${revisionArn('web:7')}`),
      names: 'web:7',
    },
    {
      form: 'Unicode around it',
      text: `# Größe 🛒\n${yaml(`"TaskDefinition": "${revisionArn('web:7')}" # ☃`)}`,
      names: 'web:7',
    },
  ])('$form', ({ text, names }) => {
    expect([...new Set(content(text))]).toEqual([`blue deploys ${names}`]);
  });

  test('in the member that CodeDeploy used before', () => {
    const revision = { revisionType: 'String', string: { content: json('web:7') } } as const;
    expect(said(revision)).toEqual(['blue deploys web:7']);
  });

  test('whatever it names elsewhere as well', () => {
    const hooks = `Hooks:\n  - AfterInstall: "check ${revisionArn('web:3')}"\n`;
    expect(content(`${appSpec('web:7').appSpecContent.content}\n${hooks}`)).toEqual([
      'blue deploys web:7',
      'blue deploys web:3',
    ]);
  });
});

describe('mentions', () => {
  const spec = (line: string) => `${yaml('TaskDefinition: web:7')}        ${line}\n`;
  test.each([
    { place: 'under a key of its own', line: 'RollbackTo: worker:2' },
    { place: 'in quotes, with text around it', line: 'Note: "back to worker:2, please"' },
    { place: 'as a key', line: '"worker:2": canary' },
    { place: 'as JSON in a text', line: `Data: '${JSON.stringify({ remedy: ['worker:2'] })}'` },
    { place: 'encoded for a URL', line: 'Url: "https://deploy.example.com/?from=worker%3A2"' },
  ])('a revision $place', ({ line }) => {
    expect(content(spec(line))).toEqual(['blue deploys web:7', 'blue mentions worker:2']);
  });

  test('a revision by its short name although the AppSpec is not understood', () => {
    expect(content('{"Resources": [ "worker:2"')).toEqual([
      `blue deploys an AppSpec that is neither JSON nor YAML ${couldBe}`,
      'blue mentions worker:2',
    ]);
  });

  test('a revision in a list that holds itself', () => {
    expect(content('Odd: &all [*all, worker:2]\n')).toContain('blue mentions worker:2');
  });

  test('no image, and no family without an ACTIVE revision', () => {
    expect(content(spec('Image: worker:2'))).toEqual(['blue deploys web:7']);
    expect(content(spec('Note: api:2'))).toEqual(['blue deploys web:7']);
  });
});

describe('holds, because it is unresolved', () => {
  const nests = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const bomb = Array.from({ length: 9 }, (_, n) => `l${n}: &l${n} [${`*l${n - 1},`.repeat(n === 0 ? 0 : 9)} x]`).join(
    '\n',
  );

  test.each<{ what: string; text: string; says: string; mentions?: string[] }>([
    { what: 'what is neither JSON nor YAML', text: '{"Resources": [', says: 'is neither JSON nor YAML' },
    { what: 'no text at all', text: '', says: 'contains no task definition of this account and Region' },
    {
      what: 'a word',
      text: 'TaskDefinition',
      says: 'contains no task definition of this account and Region',
    },
    {
      what: 'an AppSpec for EC2',
      text: 'version: 0.0\nos: linux\nfiles: []',
      says: 'contains no task definition of this account and Region',
    },
    {
      what: 'a task definition that is a number',
      text: json(7),
      says: 'contains no task definition of this account and Region',
    },
    {
      what: 'one of another account',
      text: json(revisionArn('web:7').replace('123456789012', '999999999999')),
      says: 'contains no task definition of this account and Region',
    },
    {
      what: 'a number where only a hook names one',
      text: `${yaml('TaskDefinition: 7')}Hooks: [{ AfterInstall: "${revisionArn('web:3')}" }]`,
      says: 'contains no task definition of this account and Region',
      mentions: ['web:3'],
    },
    {
      what: 'two documents',
      text: `${yaml('TaskDefinition: web:7')}---\n${yaml('TaskDefinition: web:8')}`,
      says: 'is neither JSON nor YAML',
      mentions: ['web:7', 'web:8'],
    },
    {
      what: 'the key twice',
      text: yaml('TaskDefinition: web:7\n        TaskDefinition: web:8'),
      says: 'is neither JSON nor YAML',
      mentions: ['web:7', 'web:8'],
    },
    {
      what: 'the key twice in JSON',
      text: '{"TaskDefinition": "web:7", "TaskDefinition": "web:8"}',
      says: 'is neither JSON nor YAML',
      mentions: ['web:8'],
    },
    { what: 'a bomb of aliases', text: bomb, says: 'is neither JSON nor YAML' },
    { what: 'nested 1,100 deep', text: nests(1_100), says: 'is nested too deeply to be read' },
    { what: 'nested 3,000 deep', text: nests(3_000), says: 'is nested too deeply to be read' },
    {
      what: 'one character too many',
      text: yaml('TaskDefinition: web:7').padEnd(32_769),
      says: 'has more than 32768 characters',
      mentions: ['web:7'],
    },
  ])('$what', ({ text, says, mentions = [] }) => {
    expect(content(text)).toEqual([
      `blue deploys an AppSpec that ${says} ${couldBe}`,
      ...mentions.map((name) => `blue mentions ${name}`),
    ]);
  });

  test('as many characters as are read', () => {
    expect(content(yaml('TaskDefinition: web:7').padEnd(32_768))).toEqual(['blue deploys web:7']);
  });

  test("a pipeline's placeholder", () => {
    expect(content(json('<TASK_DEFINITION>'))).toEqual([
      `blue deploys an AppSpec that computes its task definition ${couldBe}`,
    ]);
  });

  test('a part of a name, which says more than the service does', () => {
    const [line] = content(json('web-<COLOR>'));
    expect(line).toBe('blue deploys an AppSpec that computes its task definition: web-{} (families web-*)');
  });

  test.each<{ where: string; revision: RevisionLocation; says: string }>([
    {
      where: 'in a bucket',
      revision: {
        revisionType: 'S3',
        s3Location: { bucket: 'deploys', key: 'web/appspec.yaml', bundleType: 'YAML' },
      },
      says: 'lies in s3://deploys/web/appspec.yaml',
    },
    {
      where: 'on GitHub',
      revision: { revisionType: 'GitHub', gitHubLocation: { repository: 'shop/web', commitId: '4f1c' } },
      says: 'lies on GitHub in shop/web',
    },
  ])('an AppSpec $where', ({ revision, says }) => {
    expect(said(revision)).toEqual([`blue deploys an AppSpec that ${says} ${couldBe}`]);
  });

  test('a type without its content', () => {
    expect(said({ revisionType: 'AppSpecContent' })).toEqual([
      `blue deploys an AppSpec of the type AppSpecContent ${couldBe}`,
    ]);
  });
});

test('a group that was never deployed to has no revision, and says nothing', () => {
  expect(said(undefined)).toEqual([]);
  expect(said({})).toEqual([]);
});

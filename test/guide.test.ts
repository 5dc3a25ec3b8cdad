// The guides against what they describe: the dashboard, saved queries, runbooks, endpoints, and the lines of doctor.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { readTemplate } from '../cli/template.ts';
import { needs } from '../shared/sources/permissions.ts';
import { endpointsOfRun } from '../shared/sources/vpc-endpoints.ts';

const root = path.resolve(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const resources = Object.values(readTemplate().Resources);
const propertiesOf = (type: string) => resources.flatMap((one) => (one.Type === type ? [one.Properties] : []));
const sub = z.object({ 'Fn::Sub': z.string() });

test('the guide has every part of the dashboard', () => {
  const [dashboard] = propertiesOf('AWS::CloudWatch::Dashboard');
  const { 'Fn::Sub': body } = sub.parse(dashboard?.['DashboardBody']);
  const titles = [...body.matchAll(/"title": "([^"]+)"/g)].map(([, title]) => title);
  const [, section = ''] = /^## Dashboard$([^]*?)^## /m.exec(textOf('docs/guide/operating.md')) ?? [];
  expect([...section.matchAll(/^\| _(.*?)_ /gm)].map(([, title]) => title)).toEqual(titles);
});

test('the guide has every saved query', () => {
  const names = propertiesOf('AWS::Logs::QueryDefinition').map(({ Name }) => sub.parse(Name)['Fn::Sub']);
  const [, section = ''] = /^## Saved queries$([^]*?)^## /m.exec(textOf('docs/guide/operating.md')) ?? [];
  const listed = [...section.matchAll(/^\| `NAME(\/\w+)` /gm)].map(([, name = '']) => `\${Name}${name}`);
  expect(listed).toEqual(names);
});

test('every alarm names its runbook, which says what it means, what to do and when it ends', () => {
  const alarms = propertiesOf('AWS::CloudWatch::Alarm');
  expect(alarms).toHaveLength(3);
  for (const { AlarmName, AlarmDescription } of alarms) {
    const name = sub.parse(AlarmName)['Fn::Sub'].replace('${Name}-', '');
    const description = z.string().parse(AlarmDescription);
    expect(description).toMatch(new RegExp(`Runbook: https://github\\.com/\\S+/docs/guide/operating\\.md#${name}$`));
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    expect(description.length).toBeLessThanOrEqual(1024);
    const heading = name.replaceAll('-', ' ');
    const [, runbook = ''] =
      new RegExp(`^### ${heading}$([^]*?)^##`, 'im').exec(textOf('docs/guide/operating.md')) ?? [];
    expect(runbook.match(/^- \*\*[\w ]+\*\*/gm)).toEqual([
      '- **Meaning**',
      '- **Look first**',
      '- **Do**',
      '- **It ends**',
    ]);
  }
});

test('the guide lists the VPC endpoint of every service that a run calls', () => {
  const [, named = ''] = /interface endpoints (.*)\.$/.exec(endpointsOfRun()) ?? [];
  const [, list = ''] = /the interface endpoints ([^.]*)\./.exec(textOf('docs/guide/deploy.md')) ?? [];
  expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(named.split(', '));
});

test('the lines of doctor in the guide have its form and names that it checks', () => {
  const guide = textOf('docs/guide/troubleshooting.md');
  const lines = guide.match(/(?<=^|`)(?:ok|differs|not checked) {2,}[^`\n]*/gm) ?? [];
  expect(lines.length).toBeGreaterThan(10);
  const source = globSync('shared/doctor/*.ts', { cwd: root }).map(textOf).join('\n');
  const permissions = new Set(needs().flatMap((one) => one.permissions));
  const foreign = lines.filter((line) => {
    const [, status = '', name = ''] = /^(ok|differs|not checked) +(.*?): /.exec(line) ?? [];
    const isKnown = permissions.has(name) || source.includes(`'${name}'`);
    return !isKnown || line !== `${status.padEnd(13)}${line.slice(13)}`;
  });
  expect(foreign).toEqual([]);
  for (const heading of guide.match(/^## .*$/gm)?.slice(0, 7) ?? [])
    expect(guide).toContain(`${heading}\n\n\`\`\`text\n`);
});

// Tables of what the operator watches: the alarms of the stack and the metrics of a run.
import * as z from 'zod';
import { readTemplate, type SourceTemplate } from '../../cli/template.ts';
import { code, table } from '../markdown.ts';
import { described } from './described.ts';
import type { Makers } from './passage.ts';
import { textOf } from './repository.ts';

const metricMeanings: Readonly<Record<string, string>> = {
  Families: 'Families that have an ACTIVE revision',
  Revisions: 'ACTIVE revisions at the start of the run',
  Kept: 'Revisions that a rule keeps, with the dimension `rule`',
  Deregistered: 'Revisions that the run deregistered',
  Failed: 'Revisions that AWS refused to deregister',
  Held: 'Revisions on hold',
  Throttled: 'Read calls that AWS throttled',
  Seconds: 'Duration of the run',
  SuccessfulRuns: '1 for a run that finished, 0 for a run that was held or failed. Only the nightly function sends it',
};

export const operating: Makers = {
  metrics: () =>
    table(
      ['metric', 'meaning'],
      described('metric', metricNames(), metricMeanings).map(([name, meaning]) => [code(name), meaning]),
    ),
  alarms: () => alarmsTable(readTemplate()),
};

function metricNames(): string[] {
  const source = textOf('functions/metrics.ts');
  return [...source.matchAll(/(?:count|addMetric)\(\s*'(\w+)'/g)].map(([, name = '']) => name);
}

const alarm = z.object({ AlarmName: z.object({ 'Fn::Sub': z.string() }), AlarmDescription: z.string() });

export function alarmsTable({ Resources }: SourceTemplate): string {
  const rows = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => alarm.parse(Properties))
    .map(({ AlarmName, AlarmDescription }) => [
      code(AlarmName['Fn::Sub'].replace('${Name}', 'NAME')),
      // The mail has the address of this document.
      AlarmDescription.trim().replace(/Runbook: \S+(#[\w-]+)$/, '[Runbook]($1).'),
    ]);
  return table(['alarm', 'meaning'], rows);
}

// Tables of the hub of an organization: its parameters, permissions, alarms and metrics.
import { roleStatements } from '../../cli/roles.ts';
import { readTemplate } from '../../cli/template.ts';
import { code, table } from '../markdown.ts';
import { described } from './described.ts';
import { alarmsTable } from './operating.ts';
import type { Makers } from './passage.ts';
import { textOf } from './repository.ts';
import { parametersTable } from './tables.ts';

const metricMeanings: Readonly<Record<string, string>> = {
  DigestsSent: '1 for each digest',
  Targets: 'Accounts and Regions that report, or should',
  TargetsFine: 'Those that need nothing',
  TargetsActing: 'Those whose last run needs action',
  TargetsSilent: 'Those without a report for `SilentAfterHours`',
  FleetRevisions: 'ACTIVE revisions of all targets after their last run',
  FleetDeregistered: 'Revisions that the last run of each target deregistered',
  FleetBacklog: 'Revisions that wait for a later run',
  RefusedEvents: 'Events that the hub ignored',
};

const conditionMeanings: Readonly<Record<string, string>> = {
  HasKey: 'with `KmsKeyArn`',
  EncryptsDigests: 'with a key',
  HasStackSet: 'with `StackSetName`',
  IsDelegated: '`DELEGATED_ADMIN`',
};

const template = () => readTemplate('fleet/template.yml');

export const hub: Makers = {
  'hub-parameters': () => parametersTable(template()),
  'hub-alarms': () => alarmsTable(template()),
  'hub-metrics': () => {
    const sources = ['functions/digest.ts', 'functions/collect.ts'].map(textOf).join('\n');
    const names = [...sources.matchAll(/(?:count|addMetric)\(\s*'(\w+)'/g)].map(([, name = '']) => name);
    return table(
      ['metric', 'meaning'],
      described('metric', names, metricMeanings).map(([name, meaning]) => [code(name), meaning]),
    );
  },
  'hub-permissions': () => table(['statement', 'permissions', 'on', 'role'], permissions()),
};

function permissions(): string[][] {
  return roleStatements(template(), ['CollectRole', 'DigestRole', 'ScheduleRole']).map(
    ({ role, conditions, Sid, Action, Resource }) => [
      code(Sid),
      Action.map(code).join(', '),
      Resource.map(resourceName).join(', '),
      [code(role), ...conditions.map((name) => conditionMeanings[name] ?? name)].join(', '),
    ],
  );
}

function resourceName(resource: string): string {
  if (resource === '*') return code('*');
  if (resource.includes(':stackset/')) return 'the stack set';
  const [, id = '', rest = ''] = /^\$\{(\w+)(?:\.Arn)?\}(.*)$/.exec(resource) ?? [];
  return code(`${id}${rest}`);
}

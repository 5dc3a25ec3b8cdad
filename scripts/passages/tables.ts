// Tables of what the code declares about settings, sources, rules, permissions and quotas.
import { readTemplate, type SourceTemplate } from '../../cli/template.ts';
import { publishedQuotas } from '../../shared/sources/quotas.ts';
import { rules } from '../../shared/plan/rules/rules.ts';
import { catalogue } from '../../shared/sources/catalogue.ts';
import { parts } from '../../shared/sources/parts.ts';
import { settingsSchema } from '../../shared/settings/schema.ts';
import { code, table } from '../markdown.ts';
import type { Makers } from './passage.ts';
import { permissionsTable } from './permissions.ts';
import { filesOf, linkTo, textOf } from './repository.ts';

export const tables: Makers = {
  settings: () =>
    table(
      ['key', 'default', 'meaning'],
      Object.entries(settingsSchema.shape).map(([key, field]) => [
        code(key),
        code(JSON.stringify(field.parse(undefined))),
        field.description ?? '',
      ]),
    ),
  'stage-parameters': () => parametersTable(readTemplate()),
  sources: () =>
    table(
      ['source', 'why it is read', 'blind spots'],
      Object.entries({ ...catalogue, usage: parts.usage }).map(([name, { why, blindTo }]) => [
        code(name),
        why,
        blindTo,
      ]),
    ),
  'keep-rules': () =>
    table(
      ['rule', 'keeps a revision when'],
      rules.map(({ name, description }) => [`[${code(name)}](#${name})`, description]),
    ),
  permissions: permissionsTable,
  quotas: () =>
    table(
      ['bucket', 'burst', 'per second'],
      Object.entries(publishedQuotas).map(([name, { burst, perSecond }]) => [
        code(name),
        String(burst),
        String(perSecond),
      ]),
    ),
  decisions: ({ document }) =>
    filesOf('docs/decisions/[0-9]*.md')
      .map((file) => {
        const [, number = '', title = ''] = /^# (\d+)\. (.*)$/m.exec(textOf(file)) ?? [];
        return `- [${number}. ${title}](${linkTo(file, document)})\n`;
      })
      .join(''),
};

export function parametersTable({ Parameters }: SourceTemplate): string {
  const rows = Object.entries(Parameters).map(([name, { Default, Description }]) => [
    code(name),
    Default === undefined ? 'required' : code(JSON.stringify(Default)),
    Description,
  ]);
  return table(['parameter', 'default', 'meaning'], rows);
}

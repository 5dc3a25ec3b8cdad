// Tables of what the code declares about settings, sources, rules, permissions and quotas.
import { isMap, isScalar, parseDocument } from 'yaml';
import { publishedQuotas } from '../../shared/aws/quotas.ts';
import { rules } from '../../shared/plan/rules/rules.ts';
import { sources } from '../../shared/sources/sources.ts';
import { usagePart } from '../../shared/read/usage/usage.ts';
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
  'stage-parameters': () => table(['parameter', 'default', 'meaning'], stageParameters()),
  sources: () =>
    table(
      ['source', 'why it is read', 'blind spots'],
      [...sources, usagePart].map(({ name, why, blindTo }) => [code(name), why, blindTo]),
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

/** The comment above each parameter of serverless.yml is its description. */
function stageParameters(): string[][] {
  const stack = parseDocument(textOf('serverless.yml'), { logLevel: 'silent' });
  const parameters = stack.getIn(['params', 'default']);
  if (!isMap(parameters)) throw new Error('serverless.yml has no map params.default');
  return parameters.items.map(({ key, value }, index) => {
    if (!isScalar(key)) throw new Error('A key of params.default is no scalar');
    // The parser gives the first key's comment to the map.
    const comment = key.commentBefore ?? (index === 0 ? parameters.commentBefore : undefined);
    if (comment === undefined || comment === null)
      throw new Error(`${String(key.value)} has no comment in serverless.yml`);
    const plain: unknown = isScalar(value) ? value.value : [];
    return [code(String(key.value)), code(JSON.stringify(plain)), comment.replaceAll(/\s+/g, ' ').trim()];
  });
}

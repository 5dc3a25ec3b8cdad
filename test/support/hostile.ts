// Texts that attack what shows them, and a report with such a text in every place that others than the operator fill: names of
// services and roles, tags, messages of AWS. Every format must show each text as what it is.
import type { Report } from '../../shared/report/model/report.ts';
import { someResults, aPlan, aReference, aReport, denied } from './reports.ts';

export const hostileTexts = {
  'an HTML element': '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'the end of an HTML attribute': `"><b onmouseover='alert(1)'>&amp;&#x3c;`,
  'Markdown formats': '*bold* _slanted_ ~gone~ **b** __u__ # h | cell |',
  'a Markdown link and picture': '[bank](https://evil.example) ![x](https://evil.example/x.png)',
  'code spans': 'a `b` ``` c',
  'mentions of Slack': '<!channel> <@U012AB3CD> @here <https://evil.example|bank> :boom:',
  'terminal controls': '\u001B[2J\u001B[31mred\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007\u009B1m',
  'other lines': 'one\r\nSubject: OK\n\nNo action required.\u2028two',
  'a turned direction': 'invoice\u202Efdp.exe\u2066x\u2069',
  'no width': 'we\u200Bb\u2060\uFEFF\u00AD',
  'Arabic and Hebrew': 'متجر الويب - חנות',
  'Chinese, and a flag': '網上商店 🇩🇪 👩‍👩‍👧',
  'combining letters': `Z${'\u0351\u036B\u0343\u036A'.repeat(20)}algo`,
  'half a character and a null': 'a\uD800b\u0000c',
  '255 characters': 'n'.repeat(255),
  'a shell': '$(rm -rf /); `id` && echo "x" \\',
  'a template': '${AWS::AccountId} {{constructor}} %s %n',
  'a formula': '=HYPERLINK("https://evil.example")',
  'the name of a prototype': '__proto__',
} as const satisfies Readonly<Record<string, string>>;

/** ECS accepts these as families. */
export const hostileFamilies = ['-rf', '--help', '__proto__', '_x_', 'constructor', '-', 'f'.repeat(255)] as const;

const PLACE = 'HOSTILE';

const plan = (family: string) =>
  aPlan(
    {
      [family]: {
        '1-3': 'deregister',
        '4': `referenced: ${PLACE} deploys it`,
        '5': 'newest: the newest of its family',
      },
    },
    [],
  );

/** A run that deregistered, with late references and action items. */
export function hostileReport(text: string, family = 'web'): Report {
  const planned = plan(family);
  const report = aReport({
    plan: planned,
    results: someResults(planned, {
      skipped: [{ revision: { family, number: 1 }, reason: PLACE }],
      lateReferences: [aReference('services', PLACE, 'deploys', 'web:2')],
    }),
    unread: [{ name: PLACE, reason: 'left out by the settings (without)' }],
    notes: [`A note of ${PLACE}.`],
    asks: [{ problem: `The problem of ${PLACE}`, remedy: `Ask ${PLACE}.` }],
    run: { caller: { arn: `arn:aws:sts::123456789012:assumed-role/run/${PLACE}`, alias: PLACE } },
  });
  return withText(report, text);
}

/** A run that was held by something that AWS's message names. */
export function hostileHold(text: string): Report {
  const problem = { ...denied, operation: `reading services: ${PLACE}`, reason: PLACE };
  return withText(aReport({ plan: aPlan({ web: { '1-4': 'hold' } }, [problem]) }), text);
}

export const hostileReports: readonly (readonly [name: string, text: string])[] = Object.entries(hostileTexts);

function withText<Value>(value: Value, text: string): Value;
function withText(value: unknown, text: string): unknown {
  if (typeof value === 'string') return value.replaceAll(PLACE, () => text);
  if (Array.isArray(value)) return value.map((one: unknown) => withText(one, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]: [string, unknown]) => [name, withText(one, text)]));
}

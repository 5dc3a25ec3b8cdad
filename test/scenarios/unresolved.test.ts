// References computed at run time, from the account to the report: which families they hold, and that none is accepted in
// silence. No report quotes an expression, which may hold a secret.
import { describe, expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { anAccount, stateMachineArn } from '../support/account.ts';
import { aNight, asText } from '../support/night.ts';
import { machine, runTask } from '../support/state-machines.ts';

const settings = { keepLatest: 1 };
const oneWord = (text: string) => text.replaceAll(/\s+/g, ' ');
const mailOf = (report: Report) => oneWord(printEmail(report).body);

/** Families web, other and shop-a-b, and a machine m that runs this. */
async function nightWith(definition: object) {
  const account = anAccount()
    .family('web', '1-5')
    .family('other', '1-5')
    .family('shop-a-b', '1-5')
    .cluster('prod')
    .stateMachine('m', definition);
  return aNight(account, { quotas: 'none' });
}
const runs = (path: string) => machine({ Resource: runTask, Parameters: { 'TaskDefinition.$': path } });
const goes = async (definition: object, more = {}) =>
  asText((await (await nightWith(definition)).plan({ ...settings, ...more })).plan);

const allOf = (family: string) => [`${family}  1-4  deregister`, `${family}  5  keep  newest, keep-latest`];

describe('what the known parts tell', () => {
  test('a Region and an account that are computed leave the revision known', async () => {
    const path = "States.Format('arn:aws:ecs:{}:{}:task-definition/web:2', $.region, $.account)";
    expect(await goes(runs(path))).toEqual([
      ...allOf('other'),
      ...allOf('shop-a-b'),
      'web  1  deregister',
      'web  2  keep  referenced',
      'web  3-4  deregister',
      'web  5  keep  newest, keep-latest',
    ]);
  });

  test('a computed name that ends in letters is a family', async () => {
    expect(await goes(runs("States.Format('shop-{}-b', $.a)"))).toEqual([
      ...allOf('other'),
      'shop-a-b  1-4  deregister',
      'shop-a-b  5  keep  referenced, newest, keep-latest',
      ...allOf('web'),
    ]);
  });

  test('a machine that runs what it has just registered leaves other families alone', async () => {
    const Reg = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ecs:registerTaskDefinition',
      Parameters: { Family: 'web' },
      ResultPath: '$.r',
      Next: 'Run',
    };
    const path = '$.r.TaskDefinition.TaskDefinitionArn';
    const Run = { Type: 'Task', Resource: runTask, Parameters: { 'TaskDefinition.$': path }, End: true };
    const definition = { StartAt: 'Reg', States: { Reg, Run } };
    expect(await goes(definition)).toEqual([
      ...allOf('other'),
      ...allOf('shop-a-b'),
      'web  1-4  deregister',
      'web  5  keep  referenced, newest, keep-latest',
    ]);
    expect(await goes(definition, { minAgeDays: 14 })).toEqual([
      ...allOf('other'),
      ...allOf('shop-a-b'),
      'web  1-4  hold',
      'web  5  keep  newest, keep-latest',
    ]);
  });
});

describe('the report', () => {
  test('of a held run has the unresolved reference and the setting that accepts it', async () => {
    const report = await (await nightWith(runs('$.taskDef'))).plan(settings);
    expect(report.outcome).toBe('HELD');
    for (const text of [mailOf(report), oneWord(printTerminal(report, { width: 100, color: false }))]) {
      expect(text).toContain('On hold: may be referenced dynamically.');
      expect(text).toContain('it computes its task definition (state Run), and may resolve to any family');
      expect(text).toContain('unresolvedReferences: report');
      expect(text).toContain(`without: [${stateMachineArn('m')}]`);
      expect(text).not.toMatch(/could not be read|failed/);
    }
    expect(printEmail(report).subject).toMatch(/\] HELD: dry run, nothing deregistered, /);
  });

  test('of a held family has the references that may resolve to it', async () => {
    const report = await (await nightWith(runs("States.Format('we{}', $.b)"))).plan(settings);
    expect(mailOf(report)).toContain(
      'On hold: may be referenced dynamically. state machine m computes its task definition: we{} (state Run); it may resolve to web, so that family is left untouched.',
    );
    expect(mailOf(report)).not.toContain('could not be read');
  });

  test('lists accepted references, with their families, as notes', async () => {
    const accepts = { unresolvedReferences: 'report', usedWithinDays: 30 };
    const report = await (await nightWith(runs('$.taskDef'))).plan({ ...settings, ...accepts });
    const note =
      'state machine m computes its task definition (state Run). It may resolve to any of 3 families: other, shop-a-b and web, which unresolvedReferences: report accepts';
    expect(report.outcome).toBe('PREVIEW');
    expect(report.plan?.toDeregister).toHaveLength(12);
    expect(toReportDocument(report).notes).toContain(note);
    for (const text of [mailOf(report), oneWord(printTerminal(report, { width: 100, color: false }))])
      expect(text).toContain(`Note: S${note.slice(1)}.`);
  });

  test.each([
    {
      where: 'an argument',
      definition: machine({
        Resource: runTask,
        Arguments: { TaskDefinition: "{% $f('CANARY', 'we') & $x %}" },
      }),
    },
    {
      where: 'all arguments',
      definition: machine({ Resource: runTask, Arguments: "{% {'TaskDefinition': $td, 'a': 'CANARY'} %}" }),
    },
    { where: 'a path', definition: runs("States.ArrayGetItem(States.Array('CANARY'), 0)") },
    {
      where: 'an argument beside a known part',
      definition: machine({ Resource: runTask, Arguments: { TaskDefinition: "{% 'we' & $f('CANARY') %}" } }),
    },
  ])('quotes no secret that is in $where', async ({ definition }) => {
    const report = await (await nightWith(definition)).plan(settings);
    expect(report.actionItems).toHaveLength(1);
    const all = [
      JSON.stringify(toReportDocument(report)),
      printEmail(report).body,
      printTerminal(report, { width: 100, color: false }),
    ];
    expect(all.join('\n')).not.toContain('CANARY');
  });
});

// Tests the action items for dangling references: the consequence, its time, and the command that repairs it.
import { describe, expect, test } from 'vitest';
import type { Reference } from '../../shared/domain/evidence.ts';
import { findNextTime } from '../../shared/report/model/next-time.ts';
import { danglingReferenceItem } from '../../shared/report/model/dangling-references.ts';

const asOf = Date.parse('2026-11-24T02:30:00Z');

describe('the next start of a schedule', () => {
  test.each([
    ['cron(0 3 * * ? *)', {}, '2026-11-24T03:00:00.000Z'],
    // In Berlin three o'clock is two in UTC, in winter.
    ['cron(0 3 * * ? *)', { timeZone: 'Europe/Berlin' }, '2026-11-25T02:00:00.000Z'],
    // AWS counts the days of the week from Sunday as 1.
    ['cron(0 9 ? * 2 *)', {}, '2026-11-30T09:00:00.000Z'],
    ['cron(15 10 ? * 6L *)', {}, '2026-11-27T10:15:00.000Z'],
    ['cron(0 12 1W * ? *)', {}, '2026-12-01T12:00:00.000Z'],
    ['cron(0 8 1 * ? 2027)', {}, '2027-01-01T08:00:00.000Z'],
    ['cron(0 8 1 * ? 2025)', {}, undefined],
    ['at(2026-12-24T18:00:00)', { timeZone: 'Europe/Berlin' }, '2026-12-24T17:00:00.000Z'],
    ['at(2026-11-01T18:00:00)', {}, undefined],
    ['rate(5 minutes)', {}, '2026-11-24T02:35:00.000Z'],
    ['rate(1 day)', { from: Date.parse('2026-11-20T06:00:00Z') }, '2026-11-24T06:00:00.000Z'],
    ['rate(2 hours)', { from: Date.parse('2026-12-01T00:00:00Z') }, '2026-12-01T00:00:00.000Z'],
    ['cron(0 3 * * ? *)', { until: asOf }, undefined],
    ['cron(0 3 * *)', {}, undefined],
    ['cron(99 3 * * ? *)', {}, undefined],
    ['rate(0 minutes)', {}, undefined],
    ['whenever', {}, undefined],
    ['cron(0 3 * * ? *)', { timeZone: 'Europe/Atlantis' }, undefined],
  ])('%s with %j: %s', (expression, more, expected) => {
    const at = findNextTime({ expression, ...more }, asOf);
    expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
  });
});

const scope = { target: { region: 'eu-west-1' } };
const arn = (service: string, path: string) => `arn:aws:${service}:eu-west-1:123456789012:${path}`;

function itemFor(reference: Partial<Reference>, newest: number | undefined = 12, journaled: readonly string[] = []) {
  const one: Reference = {
    kind: 'reference',
    source: 'schedules',
    referrer: arn('scheduler', 'schedule/default/nightly'),
    relation: 'starts',
    target: { kind: 'revision', family: 'web', number: 7 },
    ...reference,
  };
  return danglingReferenceItem({ reference: one, status: 'INACTIVE', newest }, { asOf, scope, journaled });
}

const command = (reference: Partial<Reference>, newest?: number) =>
  /`(.*)`$/.exec(itemFor(reference, newest).remedy)?.[1];

describe('the action item of a dangling reference', () => {
  test('says what fails, and when', () => {
    expect(itemFor({ schedule: { expression: 'cron(0 3 * * ? *)' } }).problem).toBe(
      'schedule default/nightly starts web:7, which is INACTIVE: the next start fails, on 24 November 2026, 03:00 UTC',
    );
    expect(itemFor({ paused: 'disabled' }).problem).toBe(
      'schedule default/nightly starts web:7, which is INACTIVE: it fails once it is enabled again (now disabled)',
    );
    expect(
      itemFor({
        relation: 'holds',
        source: 'stacks',
        referrer: arn('cloudformation', 'stack/shop/8f0e2d34-1111-2222-3333-444455556666'),
      }).problem,
    ).toBe("stack shop holds web:7, which is INACTIVE: the stack's next update of it, or a rollback, fails");
  });

  test.each([
    [
      'services',
      arn('ecs', 'service/prod/web'),
      'aws ecs update-service --cluster prod --service web --task-definition web:12 --region eu-west-1',
    ],
    [
      'rules',
      arn('events', 'rule/nightly'),
      "aws events list-targets-by-rule --rule nightly --region eu-west-1 --query Targets | perl -pe 's/(?<![\\w-])web:7(?!\\d)/web:12/g' > targets.json && aws events put-targets --rule nightly --region eu-west-1 --targets file://targets.json",
    ],
    [
      'rules',
      arn('events', 'rule/orders/nightly'),
      "aws events list-targets-by-rule --rule nightly --event-bus-name orders --region eu-west-1 --query Targets | perl -pe 's/(?<![\\w-])web:7(?!\\d)/web:12/g' > targets.json && aws events put-targets --rule nightly --event-bus-name orders --region eu-west-1 --targets file://targets.json",
    ],
    [
      'schedules',
      arn('scheduler', 'schedule/default/nightly'),
      "aws scheduler get-schedule --group-name default --name nightly --region eu-west-1 | jq 'del(.Arn, .CreationDate, .LastModificationDate)' | perl -pe 's/(?<![\\w-])web:7(?!\\d)/web:12/g' > schedule.json && aws scheduler update-schedule --region eu-west-1 --cli-input-json file://schedule.json",
    ],
    [
      'pipes',
      arn('pipes', 'pipe/orders'),
      "aws pipes describe-pipe --name orders --region eu-west-1 | jq '{Name, RoleArn, TargetParameters}' | perl -pe 's/(?<![\\w-])web:7(?!\\d)/web:12/g' > pipe.json && aws pipes update-pipe --region eu-west-1 --cli-input-json file://pipe.json",
    ],
    [
      'state-machines',
      arn('states', 'stateMachine:reports:3'),
      "aws stepfunctions describe-state-machine --state-machine-arn arn:aws:states:eu-west-1:123456789012:stateMachine:reports --region eu-west-1 --query definition --output text | perl -pe 's/(?<![\\w-])web:7(?!\\d)/web:12/g' > definition.json && aws stepfunctions update-state-machine --state-machine-arn arn:aws:states:eu-west-1:123456789012:stateMachine:reports --region eu-west-1 --definition file://definition.json --publish",
    ],
    ['stacks', arn('cloudformation', 'stack/shop/x'), './pruner explain web:7 --region eu-west-1'],
  ])('of %s %s is repaired by a command', (source, referrer, expected) => {
    expect(command({ source, referrer })).toBe(expected);
  });

  test('of a name that a shell would take for more than a name gets no command with it', () => {
    const who = arn('states', "stateMachine:a'$(reboot)");
    expect(command({ source: 'state-machines', referrer: who })).toBe('./pruner explain web:7 --region eu-west-1');
  });

  test('asks to register a revision where none of the family is ACTIVE', () => {
    const { remedy } = danglingReferenceItem(
      {
        reference: {
          kind: 'reference',
          source: 'rules',
          referrer: arn('events', 'rule/n'),
          relation: 'starts',
          target: { kind: 'floating', family: 'web' },
        },
        status: 'missing',
        newest: undefined,
      },
      { asOf, scope: { target: undefined } },
    );
    expect(remedy).toBe(
      'Register its definition again: `aws ecs describe-task-definition --task-definition web --include TAGS`',
    );
  });

  describe('whose target the journal holds', () => {
    const held = ['web:7'];
    const kept = { target: { region: 'eu-west-1' }, where: 's3://kept/pruner' };

    test('offers a restore beside the command', () => {
      const { remedy } = itemFor({ source: 'services', referrer: arn('ecs', 'service/prod/web') }, 12, held);
      expect(remedy).toBe(
        'If it needs web:7 itself, run `restore web:7`. Otherwise point it to web:12, the newest ACTIVE revision: `aws ecs update-service --cluster prod --service web --task-definition web:12 --region eu-west-1`',
      );
    });

    test('offers only a restore where no single command repairs it, or none of the family is ACTIVE', () => {
      const one: Reference = {
        kind: 'reference',
        source: 'codedeploy',
        referrer: arn('codedeploy', 'deploymentgroup:shop/web'),
        relation: 'rolls back to',
        target: { kind: 'revision', family: 'web', number: 7 },
      };
      const remedyFor = (newest: number | undefined) =>
        danglingReferenceItem({ reference: one, status: 'INACTIVE', newest }, { asOf, scope: kept, journaled: held })
          .remedy;
      const command = '`./pruner restore web:7 --region eu-west-1 --state s3://kept/pruner`';
      expect(remedyFor(12)).toBe(
        `Deploy again: the group can then roll back to an ACTIVE revision. Or register web:7 again from the journal: ${command}`,
      );
      expect(remedyFor(undefined)).toBe(
        `Register it again from the journal, which also prints the command that updates this reference: ${command}`,
      );
    });
  });
});

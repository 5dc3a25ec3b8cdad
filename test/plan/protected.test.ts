// The rule `protected` by registrant and by family name, and the text of a reason about a referrer.
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/plan/decide.ts';
import { shortName } from '../../shared/plan/rules/referenced.ts';
import { day } from '../../shared/plan/rules/rule.ts';
import { verdictsOf } from '../../shared/plan/verdict.ts';
import { given, referenceTo, policy } from '../support/given.ts';

const first = { family: 'web', number: 1 };

describe('protected', () => {
  test('keeps every revision of a family in which an AWS service registers', () => {
    const ages = { web: { oldUpto: 2, youngFrom: Infinity, byAws: 'AWS Batch' } };
    const plan = decide(given({ web: '1-2' }, { ages }), policy());
    expect(verdictsOf(plan)(first)).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'protected', text: 'registered by AWS Batch' }],
    });
  });

  test('keeps every revision of a family with a name that an AWS service uses', () => {
    const plan = decide(given({ 'awseb-web': '1-2' }), policy());
    expect(verdictsOf(plan)({ family: 'awseb-web', number: 1 })).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'protected', text: 'named as AWS Elastic Beanstalk names what it makes' }],
    });
  });

  test('keeps only the revisions that a protected principal registered', () => {
    const registeredBy = new Map([
      [
        'web',
        new Map([
          [1, 'arn:aws:iam::123456789012:user/anna'],
          [2, 'arn:aws:iam::123456789012:user/ben'],
        ]),
      ],
    ]);
    const evidence = { ...given({ web: '1-3' }), registeredBy };
    const plan = decide(evidence, policy({ protectRegisteredBy: ['*/carl', '*/anna'] }));
    expect(verdictsOf(plan)(first)).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'protected', text: 'registered by */anna' }],
    });
    expect(plan.toDeregister).toEqual([{ family: 'web', number: 2 }]);
  });
});

describe('referenced', () => {
  test.each([
    { more: {}, text: 'rule nightly starts it' },
    { more: { paused: 'disabled' }, text: 'rule nightly starts it (disabled)' },
    { more: { computed: 'w{}' }, text: 'rule nightly may resolve to it (computes w{})' },
  ])('describes $more as: $text', ({ more, text }) => {
    const findings = [{ ...referenceTo('rule/nightly', 'web:1', 'starts'), ...more }];
    const plan = decide(given({ web: '1-2' }, { findings }), policy());
    expect(verdictsOf(plan)(first)).toMatchObject({ reasons: [{ rule: 'referenced', text }] });
  });

  test('says that a floating computed reference resolves to the newest revision', () => {
    const floating = { ...referenceTo('rule/nightly', 'web', 'starts') };
    const said = (more: object) => {
      const plan = decide(given({ web: '1' }, { findings: [{ ...floating, ...more }] }), policy());
      const verdict = verdictsOf(plan)(first);
      return verdict?.verdict === 'keep' ? verdict.reasons[0].text : undefined;
    };
    expect(said({ computed: 'w{}' })).toBe(
      'rule nightly may resolve to it (computes w{}, so the newest of its family)',
    );
    expect(said({ paused: 'disabled' })).toBe(
      'rule nightly starts it (references the family, so its newest, disabled)',
    );
  });
});

const id = '01234567-89ab-cdef-0123-456789abcdef';
test.each([
  { referrer: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web', name: 'service prod/web' },
  { referrer: 'arn:aws:events:eu-west-1:123456789012:rule/nightly', name: 'rule nightly' },
  { referrer: 'arn:aws:lambda:eu-west-1:123456789012:function:send:7', name: 'function send:7' },
  { referrer: 'arn:aws:states:eu-west-1:123456789012:stateMachine:jobs', name: 'state machine jobs' },
  {
    referrer: 'arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:shop/web',
    name: 'deployment group shop/web',
  },
  {
    referrer: 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/prod/web/a',
    name: 'service deployment prod/web/a',
  },
  { referrer: `arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/${id}`, name: 'stack shop' },
  // Only the end of a stack's name is its id, and only a stack has one.
  { referrer: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${id}/shop`, name: `stack ${id}/shop` },
  { referrer: `arn:aws:cloudformation:eu-west-1:123456789012:stack/a/${id}/shop`, name: `stack a/${id}/shop` },
  { referrer: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/0123', name: 'stack shop/0123' },
  { referrer: `arn:aws:ecs:eu-west-1:123456789012:service/prod/${id}`, name: `service prod/${id}` },
  { referrer: 'arn:aws:s3:::bucket/some/key', name: 'object s3://bucket/some/key' },
  { referrer: 'arn:aws-cn:s3:::bucket/a\nb', name: 'object s3://bucket/a\nb' },
  { referrer: 'DescribeServices', name: 'DescribeServices' },
  {
    referrer: 'arn:aws:ecs:eu-west-1:123456789012:service/a\nb',
    name: 'arn:aws:ecs:eu-west-1:123456789012:service/a\nb',
  },
  { referrer: 'in arn:aws:s3:::bucket/key', name: 'in arn:aws:s3:::bucket/key' },
  {
    referrer: 'in arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
    name: 'in arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
  },
  { referrer: 'arn:aws:ecs:eu-west-1:123456789012:cluster', name: 'arn:aws:ecs:eu-west-1:123456789012:cluster' },
])('$referrer is shown as $name', ({ referrer, name }) => {
  expect(shortName(referrer)).toBe(name);
});

test('a day is written in UTC, in words', () => {
  expect(day(Date.parse('2026-06-01T23:59:59.999Z'))).toBe('1 June 2026');
  expect(day(Date.parse('2026-06-02T00:00:00.000Z'))).toBe('2 June 2026');
});

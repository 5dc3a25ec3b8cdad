// The one change that releases a revision, as an action or as a date.
import { expect, test } from 'vitest';
import type { Reference } from '../../shared/domain/evidence.ts';
import type { Reason } from '../../shared/plan/verdict.ts';
import { describeRelease } from '../../shared/report/explain/release.ts';
import { began, aReference } from '../support/reports.ts';

const DAY = 86_400_000;
const arn = (path: string) => `arn:aws:ecs:eu-west-1:123456789012:${path}`;
const facts = {
  revision: { family: 'web', number: 41 },
  chains: [],
  limits: { keepLatest: 5, minAgeDays: 30, usedWithinDays: 40, usedSince: began - 40 * DAY },
  protectTags: ['keep'],
  registeredAt: began - 10 * DAY,
};
const referenced = (...by: Reference[]): Reason => ({ rule: 'referenced', text: 'x', by });
const task = (id: string) => aReference('tasks', arn(`task/prod/${id}`), 'runs', 'web:41');
const service = aReference('services', arn('service/prod/web'), 'deploys', 'web:41');
const inDefinition: Reference = {
  ...aReference('definitions', arn('task-definition/hub:12'), 'mentions', 'web:41'),
  via: ['container app', 'environment WORKER'],
};

test.each<{ what: string; reasons: readonly [Reason, ...Reason[]]; more?: object; text: string }>([
  {
    what: 'a service',
    reasons: [referenced(service)],
    text: 'One change would release it: point service prod/web at another revision.',
  },
  {
    what: 'a service and its tasks',
    reasons: [referenced(service, task('a'), task('b'))],
    text: 'One change would release it: point service prod/web at another revision. 2 tasks must end as well.',
  },
  {
    what: 'a service that it also would roll back to, which is one referrer',
    reasons: [referenced(service, { ...service, source: 'service-deployments', relation: 'rolls back to' })],
    text: 'One change would release it: point service prod/web at another revision.',
  },
  { what: 'one task', reasons: [referenced(task('a'))], text: 'It is released when task prod/a ends.' },
  { what: 'tasks', reasons: [referenced(task('a'), task('b'))], text: 'It is released when 2 tasks have ended.' },
  {
    what: 'a stopped task',
    reasons: [referenced({ ...task('a'), relation: 'ran' })],
    text: 'It is released when ECS no longer lists task prod/a, about an hour after the task stopped.',
  },
  {
    what: 'the history of a service',
    reasons: [referenced({ ...service, source: 'service-deployments', relation: 'rolls back to' })],
    text: 'One change would release it: deploy service prod/web again: a later successful deployment replaces what it would roll back to.',
  },
  {
    what: 'a stack',
    reasons: [referenced({ ...service, source: 'stacks', relation: 'holds' })],
    text: 'One change would release it: change its task definition in the template of service prod/web, and update the stack.',
  },
  {
    what: 'a text',
    reasons: [
      referenced({ ...service, source: 'search', relation: 'mentions', referrer: 'arn:aws:s3:::states/prod.tfstate' }),
    ],
    text: 'One change would release it: remove web:41 from object s3://states/prod.tfstate.',
  },
  {
    what: 'a reference to its family',
    reasons: [referenced({ ...service, relation: 'starts', target: { kind: 'floating', family: 'web' } })],
    text: 'One change would release it: register a newer revision of web: service prod/web references the family.',
  },
  {
    what: 'a computed reference',
    reasons: [referenced({ ...service, computed: 'web:{}' })],
    text: 'One change would release it: let service prod/web reference a family without a revision, instead of web:{}.',
  },
  {
    what: 'another definition that a service deploys',
    reasons: [referenced(inDefinition)],
    more: { chains: [[aReference('services', arn('service/prod/hub'), 'deploys', 'hub:12'), inDefinition]] },
    text: 'One change would release it: point service prod/hub at a revision that does not name it.',
  },
  {
    what: 'another definition that a task runs',
    reasons: [referenced(inDefinition)],
    more: { chains: [[aReference('tasks', arn('task/prod/a'), 'runs', 'hub:12'), inDefinition]] },
    text: 'One change would release it: wait until task prod/a ends, or stop it.',
  },
  {
    what: 'another definition whose use is not known',
    reasons: [referenced(inDefinition)],
    more: { chains: [[inDefinition]] },
    text: 'One change would release it: let hub:12, whose definition names it, go out of use.',
  },
  {
    what: 'two services',
    reasons: [referenced(service, { ...service, referrer: arn('service/prod/api') })],
    text: 'No single change would release it: service prod/web and service prod/api each reference it.',
  },
  {
    what: 'a deployment in progress',
    reasons: [{ rule: 'in-flight', text: 'x', by: [arn('service/prod/web')] }],
    text: 'It is released when the deployment of service prod/web has ended.',
  },
  {
    what: 'newest',
    reasons: [{ rule: 'newest', text: 'x' }],
    text: 'One change would release it: register a newer revision of web.',
  },
  {
    what: 'keep-latest',
    reasons: [{ rule: 'keep-latest', text: 'x' }],
    text: 'One change would release it: lower keepLatest (5) for its family. Newer revisions that grow old release it as well.',
  },
  {
    what: 'min-age',
    reasons: [{ rule: 'min-age', text: 'x' }],
    text: 'It is released on 14 December 2026, when it is older than minAgeDays (30).',
  },
  {
    what: 'recent use',
    reasons: [{ rule: 'recently-used', text: 'x' }],
    more: { lastUse: { at: began - 3 * DAY } },
    text: 'It is released on 31 December 2026 unless it is used again: usedWithinDays is 40.',
  },
  {
    what: 'usage that is not known for long enough',
    reasons: [{ rule: 'recently-used', text: 'x' }],
    more: { lastUse: { at: began - 50 * DAY } },
    text: 'It is released once usage is known for long enough: usedWithinDays is 40.',
  },
  {
    what: 'a tag',
    reasons: [{ rule: 'protected', text: 'tagged keep' }],
    more: { tags: [{ key: 'keep', value: '' }] },
    text: 'One change would release it: remove its tag keep.',
  },
  {
    what: 'the settings',
    reasons: [{ rule: 'protected', text: 'families matching web*' }],
    more: { limits: { ...facts.limits, protectedBy: 'families matching web*' } },
    text: 'One change would release it: change the settings that protect its family (families matching web*).',
  },
  {
    what: 'a registrar',
    reasons: [{ rule: 'protected', text: 'registered by AWS Batch' }],
    more: { tags: [{ key: 'keep', value: '' }] },
    text: 'One change would release it: it could be deregistered if no setting, tag or registrar protected it any more (registered by AWS Batch).',
  },
  {
    what: 'two rules',
    reasons: [
      { rule: 'newest', text: 'x' },
      { rule: 'keep-latest', text: 'x' },
    ],
    text: 'No single change would release it: newest and keep-latest each keep it.',
  },
])('of a revision that is kept by $what', ({ reasons, more = {}, text }) => {
  expect(describeRelease(reasons, { ...facts, ...more })).toBe(text);
});

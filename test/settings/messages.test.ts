// Messages about wrong settings, word for word, since they are part of the product.
import { expect, test } from 'vitest';
import { messageOf } from '../support/settings-files.ts';

test.each([
  {
    wrong: 'a misspelt key',
    yaml: '# mine\n\nkeepLatests: 3\n',
    says: 'pruner.yml:3: keepLatests: unknown key; did you mean keepLatest?',
  },
  {
    wrong: 'a key in another spelling',
    yaml: 'min-age-days: 3\n',
    says: 'pruner.yml:1: min-age-days: unknown key; did you mean minAgeDays?',
  },
  {
    wrong: 'a key in capitals',
    yaml: 'KEEP_LATEST: 3\n',
    says: 'pruner.yml:1: KEEP_LATEST: unknown key; did you mean keepLatest?',
  },
  {
    wrong: 'a key that is like no other',
    yaml: 'dryRun: true\n',
    says: 'pruner.yml:1: dryRun: unknown key; allowed: families, keepLatest, minAgeDays, overrides, protectTags, protectRegisteredBy, usedWithinDays, usageSeconds, retireFamiliesAfterDays, unresolvedReferences, search, without, maxDeregistrations, runMinutes, announceNights, approval, approvalHours, deleteAfterDays, deleteScope, maxDeletions, share, writeShare, quotas, pauseParameter, changeCalendar, state, notify, version',
  },
  {
    wrong: 'a misspelt key in an override',
    yaml: 'overrides:\n  - families: web\n    keepLatests: 2\n    minAgeDays: 1\n',
    says: 'pruner.yml:3: overrides[0].keepLatests: unknown key; did you mean keepLatest?',
  },
  {
    wrong: 'a key that looks like the prototype',
    yaml: '__proto__: 1\n',
    says: 'pruner.yml:1: __proto__: unknown key; allowed: families, keepLatest, minAgeDays, overrides, protectTags, protectRegisteredBy, usedWithinDays, usageSeconds, retireFamiliesAfterDays, unresolvedReferences, search, without, maxDeregistrations, runMinutes, announceNights, approval, approvalHours, deleteAfterDays, deleteScope, maxDeletions, share, writeShare, quotas, pauseParameter, changeCalendar, state, notify, version',
  },
  {
    wrong: 'a later version of the settings',
    yaml: 'keepLatest: 3\nversion: 2\n',
    says: 'pruner.yml:2: version: given 2, allowed: 1; a later version of the settings needs a later version of ecs-revision-pruner',
  },
  {
    wrong: 'a setting under both of its names',
    yaml: 'unresolvedReferences: hold\nunknownReferences: report\n',
    says: 'pruner.yml:2: unknownReferences: given "report", but unresolvedReferences, its new name, is "hold"; remove unknownReferences',
  },
  {
    wrong: 'what the older name of a setting does not take',
    yaml: 'unknownReferences: ignore\n',
    says: 'pruner.yml:1: unknownReferences: given "ignore", allowed: hold or report',
  },
  {
    wrong: 'a list instead of keys',
    yaml: '- families\n',
    says: 'pruner.yml:1: given a list, allowed: keys with values',
  },
  {
    wrong: 'a word instead of keys',
    yaml: 'families\n',
    says: 'pruner.yml:1: given "families", allowed: keys with values',
  },
  {
    wrong: 'a place to search that is none',
    yaml: "search:\n  - ssm:/launch/\n  - 's3:/x'\n",
    says: 'pruner.yml:3: search[1]: given "s3:/x", allowed: s3://bucket/prefix/ or ssm:/path/',
  },
  {
    wrong: 'a prefix to search that is meant as a glob',
    yaml: "search: ['s3://states/*.tfstate']\n",
    says: 'pruner.yml:1: search[0]: given "s3://states/*.tfstate", allowed: s3://bucket/prefix/ or ssm:/path/',
  },
  {
    wrong: 'a parameter path without its slash',
    yaml: "search: ['ssm:launch']\n",
    says: 'pruner.yml:1: search[0]: given "ssm:launch", allowed: s3://bucket/prefix/ or ssm:/path/',
  },
  {
    wrong: 'a place to search that is no text',
    yaml: 'search: [7]\n',
    says: 'pruner.yml:1: search[0]: given 7, allowed: s3://bucket/prefix/ or ssm:/path/',
  },
  {
    wrong: 'one place to search without a list',
    yaml: 'search: ssm:/launch/\n',
    says: 'pruner.yml:1: search: given "ssm:/launch/", allowed: a list of s3://bucket/prefix/ or ssm:/path/',
  },
  {
    wrong: 'a place to search that stands there twice',
    yaml: 'search: [s3://states, ssm:/launch/, ssm:/launch, s3://states/]\n',
    says: 'pruner.yml:1: search[2]: "ssm:/launch" is search[1] once more; remove one of the two\npruner.yml:1: search[3]: "s3://states/" is search[0] once more; remove one of the two',
  },
  {
    wrong: 'more places to search than are searched',
    yaml: `search: [${Array.from({ length: 51 }, (_, index) => `ssm:/${index}`).join(', ')}]\n`,
    says: 'pruner.yml:1: search: given a list, allowed: at most 50 entries',
  },
  {
    wrong: 'keepLatest 0',
    yaml: 'keepLatest: 0\n',
    says: 'pruner.yml:1: keepLatest: given 0, allowed: a whole number from 1',
  },
  {
    wrong: 'keepLatest below nothing',
    yaml: 'keepLatest: -1\n',
    says: 'pruner.yml:1: keepLatest: given -1, allowed: a whole number from 1',
  },
  {
    wrong: 'half a revision',
    yaml: 'keepLatest: 2.5\n',
    says: 'pruner.yml:1: keepLatest: given 2.5, allowed: a whole number from 1',
  },
  {
    wrong: 'a number in quotes',
    yaml: "keepLatest: '5'\n",
    says: 'pruner.yml:1: keepLatest: given "5", allowed: a whole number from 1',
  },
  {
    wrong: 'a key without value',
    yaml: 'keepLatest:\n',
    says: 'pruner.yml:1: keepLatest: given nothing, allowed: a whole number from 1',
  },
  {
    wrong: 'no number at all',
    yaml: 'keepLatest: .nan\n',
    says: 'pruner.yml:1: keepLatest: given NaN, allowed: a whole number from 1',
  },
  {
    wrong: 'a number too large to count with',
    yaml: 'keepLatest: 9007199254740993\n',
    says: 'pruner.yml:1: keepLatest: given 9007199254740992, allowed: a whole number from 1',
  },
  {
    wrong: 'keepLatest 0 in an override',
    yaml: 'overrides:\n  - families: web\n    keepLatest: 0\n',
    says: 'pruner.yml:3: overrides[0].keepLatest: given 0, allowed: a whole number from 1',
  },
  {
    wrong: 'a negative age',
    yaml: 'minAgeDays: -1\n',
    says: 'pruner.yml:1: minAgeDays: given -1, allowed: a whole number from 0 to 36500',
  },
  {
    wrong: 'an age that no calendar has',
    yaml: 'minAgeDays: 36501\n',
    says: 'pruner.yml:1: minAgeDays: given 36501, allowed: a whole number from 0 to 36500',
  },
  {
    wrong: 'no families',
    yaml: 'families: []\n',
    says: "pruner.yml:1: families: given an empty list, allowed: a list of one glob or more; '*' stands for every family",
  },
  {
    wrong: 'families that are one word',
    yaml: "families: '*'\n",
    says: `pruner.yml:1: families: given "*", allowed: a list of one glob or more; '*' stands for every family`,
  },
  {
    wrong: 'a family that is a number',
    yaml: 'families:\n  - web\n  - 5\n',
    says: 'pruner.yml:3: families[1]: given 5, allowed: letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together',
  },
  {
    wrong: 'a glob with a space',
    yaml: "families: ['web app']\n",
    says: 'pruner.yml:1: families[0]: given "web app", allowed: letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together',
  },
  {
    wrong: 'a range that runs backwards',
    yaml: "families: ['web-[9-0]']\n",
    says: 'pruner.yml:1: families[0]: given "web-[9-0]", allowed: ranges that run upwards, like [a-z]',
  },
  {
    wrong: 'a glob that is longer than a family can be',
    yaml: `families: ['${'a'.repeat(256)}']\n`,
    says: `pruner.yml:1: families[0]: given "${'a'.repeat(57)}...", allowed: at most 255 characters`,
  },
  {
    wrong: 'a value of a hundred letters',
    yaml: `notify: ${'a'.repeat(100)}\n`,
    says: `pruner.yml:1: notify: given "${'a'.repeat(57)}...", allowed: always, changes or action`,
  },
  {
    wrong: 'an override that matches no family',
    yaml: 'overrides:\n  - keepLatest: 2\n',
    says: 'pruner.yml:2: overrides[0].families: given nothing, allowed: letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together',
  },
  {
    wrong: 'an override that sets nothing',
    yaml: 'overrides:\n  - families: web-*\n',
    says: 'pruner.yml:2: overrides[0]: sets nothing for web-*; give it keepLatest, minAgeDays or protect: true',
  },
  {
    wrong: 'a protection taken back',
    yaml: 'overrides:\n  - families: web-*\n    protect: false\n',
    says: 'pruner.yml:3: overrides[0].protect: given false, allowed: true, or no such line: a protection cannot be revoked',
  },
  {
    wrong: 'numbers behind others for the same families',
    yaml: 'overrides:\n  - { families: api, keepLatest: 1 }\n  - { families: web-*, keepLatest: 2 }\n  - { families: web-*, minAgeDays: 3 }\n',
    says: 'pruner.yml:4: overrides[2]: its keepLatest and minAgeDays are never used: overrides[1], for web-*, comes first; merge the two, or change their order',
  },
  {
    wrong: 'numbers behind an override for every family',
    yaml: "overrides:\n  - { families: '*', keepLatest: 2 }\n  - { families: web-*, minAgeDays: 3 }\n",
    says: 'pruner.yml:3: overrides[1]: its keepLatest and minAgeDays are never used: overrides[0], for *, comes first; merge the two, or change their order',
  },
  {
    wrong: 'a protection said twice',
    yaml: 'overrides:\n  - { families: web-*, protect: true }\n  - { families: web-*, protect: true }\n',
    says: 'pruner.yml:3: overrides[1]: it protects nothing more: overrides[0], for web-*, comes first; merge the two, or change their order',
  },
  {
    wrong: 'a tag key that AWS would not take',
    yaml: "protectTag: 'keep*'\n",
    says: 'pruner.yml:1: protectTag: given "keep*", allowed: the key of a tag, or key=value: 1 to 128 letters, digits, spaces and _ . : / + - @, then = and up to 256 of these or =',
  },
  {
    wrong: 'one of the tags that AWS would not take',
    yaml: "protectTags: [keep, 'team=a*']\n",
    says: 'pruner.yml:1: protectTags[1]: given "team=a*", allowed: the key of a tag, or key=value: 1 to 128 letters, digits, spaces and _ . : / + - @, then = and up to 256 of these or =',
  },
  {
    wrong: 'a tag without a key',
    yaml: "protectTags: ['=a']\n",
    says: 'pruner.yml:1: protectTags[0]: given "=a", allowed: the key of a tag, or key=value: 1 to 128 letters, digits, spaces and _ . : / + - @, then = and up to 256 of these or =',
  },
  {
    wrong: 'a tag that is no text',
    yaml: 'protectTags: [7]\n',
    says: 'pruner.yml:1: protectTags[0]: given 7, allowed: the key of a tag, or key=value: 1 to 128 letters, digits, spaces and _ . : / + - @, then = and up to 256 of these or =',
  },
  {
    wrong: 'one tag where a list is asked for',
    yaml: 'protectTags: keep\n',
    says: 'pruner.yml:1: protectTags: given "keep", allowed: a list of one tag or more, each as a key or as key=value',
  },
  {
    wrong: 'no tag at all',
    yaml: 'protectTags: []\n',
    says: 'pruner.yml:1: protectTags: given an empty list, allowed: a list of one tag or more, each as a key or as key=value',
  },
  {
    wrong: 'more tags than a run asks for',
    yaml: `protectTags: [${Array.from({ length: 21 }, (_, index) => `t${index}`).join(', ')}]\n`,
    says: 'pruner.yml:1: protectTags: given a list, allowed: at most 20 entries',
  },
  {
    wrong: 'the tags under both names',
    yaml: 'protectTags: [keep, team]\nprotectTag: keep\n',
    says: 'pruner.yml:2: protectTag: given "keep", but protectTags, its new name, is a list; remove protectTag',
  },
  {
    wrong: 'an older key whose meaning would have changed',
    yaml: 'protectTag: keep=1\n',
    says: 'pruner.yml:1: protectTag: given "keep=1", but protectTags, its new name, reads what follows = as the tag\'s value; write protectTags',
  },
  {
    wrong: 'a list under the older name',
    yaml: 'protectTag: [keep]\n',
    says: 'pruner.yml:1: protectTag: given a list, allowed: the key of a tag; protectTags takes a list',
  },
  {
    wrong: 'too few days for a family to be retired',
    yaml: 'retireFamiliesAfterDays: 89\n',
    says: 'pruner.yml:1: retireFamiliesAfterDays: given 89, allowed: 0, or a whole number from 90 to 400',
  },
  {
    wrong: 'too many days for a family to be retired',
    yaml: 'retireFamiliesAfterDays: 401\n',
    says: 'pruner.yml:1: retireFamiliesAfterDays: given 401, allowed: 0, or a whole number from 90 to 400',
  },
  {
    wrong: 'a bucket by its ARN',
    yaml: "state: 'arn:aws:s3:::state-of-pruner'\n",
    says: 'pruner.yml:1: state: given "arn:aws:s3:::state-of-pruner", allowed: s3://bucket/prefix or a folder',
  },
  {
    wrong: 'a bucket with capitals',
    yaml: 'state: s3://State/of\n',
    says: 'pruner.yml:1: state: given "s3://State/of", allowed: s3://bucket/prefix or a folder',
  },
  {
    wrong: 'a prefix that no key may have',
    yaml: 'state: s3://state-of-pruner/für/web\n',
    says: 'pruner.yml:1: state: given "s3://state-of-pruner/für/web", allowed: s3://bucket/prefix or a folder',
  },
  {
    wrong: 'a state on the web',
    yaml: 'state: https://example.com/state\n',
    says: 'pruner.yml:1: state: given "https://example.com/state", allowed: s3://bucket/prefix or a folder',
  },
  {
    wrong: 'more days than the nights keep',
    yaml: 'usedWithinDays: 401\n',
    says: 'pruner.yml:1: usedWithinDays: given 401, allowed: a whole number from 0 to 400',
  },
  {
    wrong: 'a budget that does not do for a call of each name',
    yaml: 'usageSeconds: 9\n',
    says: 'pruner.yml:1: usageSeconds: given 9, allowed: a whole number from 10 to 3600',
  },
  {
    wrong: 'services left out',
    yaml: 'without: [tags, services]\n',
    says: 'pruner.yml:1: without[1]: services cannot be left out: without it a run cannot tell which revisions are in use',
  },
  {
    wrong: 'tasks left out',
    yaml: 'without:\n  - tasks\n',
    says: 'pruner.yml:2: without[0]: tasks cannot be left out: without it a run cannot tell which revisions are in use',
  },
  {
    wrong: 'one service left out',
    yaml: 'without:\n  - arn:aws:ecs:eu-west-1:123456789012:service/prod/web\n',
    says: 'pruner.yml:2: without[0]: "arn:aws:ecs:eu-west-1:123456789012:service/prod/web" belongs to services and tasks, of which nothing can be left out',
  },
  {
    wrong: 'an unknown source',
    yaml: 'without: [tag]\n',
    says: 'pruner.yml:1: without[0]: given "tag", allowed: rules, schedules, pipes, state-machines, codedeploy, stacks, functions, subscribers, search, service-deployments, express-services, definitions, tags, usage, or the ARN of one member of a source; did you mean tags?',
  },
  {
    wrong: 'a number for a source',
    yaml: 'without: [7]\n',
    says: 'pruner.yml:1: without[0]: given 7, allowed: rules, schedules, pipes, state-machines, codedeploy, stacks, functions, subscribers, search, service-deployments, express-services, definitions, tags, usage, or the ARN of one member of a source',
  },
  {
    wrong: 'a cap of nothing',
    yaml: 'maxDeregistrations: 0\n',
    says: 'pruner.yml:1: maxDeregistrations: given 0, allowed: a whole number from 1 to 100000',
  },
  {
    wrong: 'a cap over every limit',
    yaml: 'maxDeregistrations: 100001\n',
    says: 'pruner.yml:1: maxDeregistrations: given 100001, allowed: a whole number from 1 to 100000',
  },
  {
    wrong: 'a deletion after a week',
    yaml: 'deleteAfterDays: 7\n',
    says: 'pruner.yml:1: deleteAfterDays: given 7, allowed: 0, or a whole number from 30 to 36500',
  },
  {
    wrong: 'a deletion a day too early',
    yaml: 'deleteAfterDays: 29\n',
    says: 'pruner.yml:1: deleteAfterDays: given 29, allowed: 0, or a whole number from 30 to 36500',
  },
  {
    wrong: 'a deletion that is switched off by a word',
    yaml: 'deleteAfterDays: never\n',
    says: 'pruner.yml:1: deleteAfterDays: given "never", allowed: 0, or a whole number from 30 to 36500',
  },
  {
    wrong: 'no deletion at all, but not by deleteAfterDays',
    yaml: 'maxDeletions: 0\n',
    says: 'pruner.yml:1: maxDeletions: given 0, allowed: a whole number from 1 to 100000',
  },
  {
    wrong: 'no share',
    yaml: 'share: 0\n',
    says: 'pruner.yml:1: share: given 0, allowed: a number over 0, at most 1',
  },
  {
    wrong: 'more than everything',
    yaml: 'share: 1.01\n',
    says: 'pruner.yml:1: share: given 1.01, allowed: a number over 0, at most 1',
  },
  {
    wrong: 'a share in per cent',
    yaml: 'share: 50%\n',
    says: 'pruner.yml:1: share: given "50%", allowed: a number over 0, at most 1',
  },
  {
    wrong: 'no share for writes',
    yaml: 'writeShare: 0\n',
    says: 'pruner.yml:1: writeShare: given 0, allowed: a number over 0, at most 1',
  },
  {
    wrong: 'a scope that is neither',
    yaml: 'deleteScope: others\n',
    says: 'pruner.yml:1: deleteScope: given "others", allowed: own or all',
  },
  {
    wrong: 'a misspelt bucket',
    yaml: 'quotas:\n  services-read: { perSecond: 1, burst: 1 }\n',
    says: 'pruner.yml:2: quotas.services-read: unknown key; did you mean service-read?',
  },
  {
    wrong: 'half a bucket',
    yaml: 'quotas:\n  tagging:\n    perSecond: 1\n',
    says: 'pruner.yml:2: quotas.tagging.burst: given nothing, allowed: a whole number from 1',
  },
  {
    wrong: 'a bucket that holds nothing',
    yaml: 'quotas:\n  tagging:\n    perSecond: 1\n    burst: 0\n',
    says: 'pruner.yml:4: quotas.tagging.burst: given 0, allowed: a whole number from 1',
  },
  {
    wrong: 'a bucket that never fills',
    yaml: 'quotas:\n  tagging: { perSecond: 0, burst: 1 }\n',
    says: 'pruner.yml:2: quotas.tagging.perSecond: given 0, allowed: a number over 0',
  },
  {
    wrong: 'a notification that does not exist',
    yaml: 'notify: never\n',
    says: 'pruner.yml:1: notify: given "never", allowed: always, changes or action',
  },
])('$wrong is named with its line', ({ yaml, says }) => {
  expect(messageOf(yaml)).toBe(says);
});

test('every problem is reported at once, in the order of the lines', () => {
  expect(
    messageOf(
      'notify: never\noverrides:\n  - { families: web, keepLatest: 0 }\n  - { families: api }\nkeepLatest: 2\nkeepLatest: 3\nkeepLatests: 4\n',
    ),
  ).toBe(
    [
      'pruner.yml:1: notify: given "never", allowed: always, changes or action',
      'pruner.yml:3: overrides[0].keepLatest: given 0, allowed: a whole number from 1',
      'pruner.yml:4: overrides[1]: sets nothing for api; give it keepLatest, minAgeDays or protect: true',
      'pruner.yml:6: keepLatest: stands here a second time',
      'pruner.yml:7: keepLatests: unknown key; did you mean keepLatest?',
    ].join('\n'),
  );
});

test('a file full of mistakes is shown by its first twenty', () => {
  const message = messageOf(Array.from({ length: 500 }, (_, index) => `wrong${index}: 1\n`).join(''));
  expect(message.split('\n')).toHaveLength(21);
  expect(message.split('\n').at(-1)).toBe('... and 480 more');
});

test('what a terminal would act on is not shown back to it', () => {
  expect(messageOf('notify: "\\e[2J\\u202enever\\u009b"\n')).toBe(
    'pruner.yml:1: notify: given "?[2J?never?", allowed: always, changes or action',
  );
  expect(messageOf('"\\e[2Jnotify": never\n')).toBe('pruner.yml:1: ?[2Jnotify: unknown key; did you mean notify?');
});

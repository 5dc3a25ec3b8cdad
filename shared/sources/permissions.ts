// What a run needs of AWS and why, part by part: the sources say it of themselves, and here is the one place where the
// other parts do. The command `permissions` prints it, and a test holds the deployed roles to it.
import type { Source } from './source.ts';
import { sources } from './sources.ts';
import { usagePart } from '../read/usage/usage.ts';
import { recordsPart, statePart } from '../state/earlier-runs.ts';

/** What it is done for: everybody who looks reads; who is told of a bucket reads the state there as well; only a run of
 *  `prune` records anything there, and deregisters, and deletes where the settings say after how many days; who sends the report publishes; only a person restores,
 *  with permissions that no function ever has. */
export type Purpose =
  'reading' | 'keeping' | 'recording' | 'deregistering' | 'deleting' | 'reporting' | 'restoring';

export interface Need {
  /** A source's name, or that of another part. */
  readonly name: string;
  readonly purpose: Purpose;
  /** A sentence. */
  readonly why: string;
  /** IAM actions, all of them. */
  readonly permissions: readonly string[];
  /** Whether the settings can leave it out by its name. */
  readonly optional: boolean;
  /** The setting that says on what it is needed; where that is empty it is not. */
  readonly setting?: Source['setting'];
  /** ARNs, where the settings say on what. */
  readonly resources?: readonly string[];
}

const before: readonly Need[] = [
  {
    name: 'inventory',
    purpose: 'reading',
    why: 'Which revisions there are: what is not in this list is never touched.',
    permissions: ['ecs:ListTaskDefinitions'],
    optional: false,
  },
  {
    name: 'tags',
    purpose: 'reading',
    why: 'Which of them carry the protecting tag, by one query for the account.',
    permissions: ['tag:GetResources'],
    optional: true,
  },
];

const after: readonly Need[] = [
  {
    name: 'alias',
    purpose: 'reading',
    why: 'What people call the account, for prompts and reports. Without it they show the number alone.',
    permissions: ['iam:ListAccountAliases'],
    optional: false,
  },
  {
    name: usagePart.name,
    purpose: 'reading',
    why: usagePart.why,
    permissions: usagePart.permissions,
    optional: usagePart.optional,
  },
  {
    name: 'ages',
    purpose: 'reading',
    why: 'When revisions were registered, asked only where their age decides; what has become of one that something names; and all that `explain` says of one.',
    permissions: ['ecs:DescribeTaskDefinition'],
    optional: false,
  },
  {
    name: statePart.name,
    purpose: 'keeping',
    why: statePart.why,
    permissions: statePart.permissions,
    optional: false,
  },
  {
    name: recordsPart.name,
    purpose: 'recording',
    why: recordsPart.why,
    permissions: recordsPart.permissions,
    optional: false,
  },
  {
    name: 'deregistering',
    purpose: 'deregistering',
    why: 'The one thing that changes anything, after a last look at the revision and at the newest of its family. IAM can narrow it neither to a family nor to a tag.',
    permissions: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions', 'ecs:DeregisterTaskDefinition'],
    optional: false,
  },
  {
    name: 'deleting',
    purpose: 'deleting',
    why: 'Deletes for good what was deregistered deleteAfterDays ago, after a last look at each, with its entry of the journal read back. Without deleteAfterDays nobody needs it.',
    permissions: ['ecs:ListTaskDefinitions', 'ecs:DescribeTaskDefinition', 'ecs:DeleteTaskDefinitions'],
    optional: false,
  },
  {
    name: 'reporting',
    purpose: 'reporting',
    why: 'Sends the report to the topic of the functions, or to that of --topic; the key is needed where the topic is encrypted.',
    permissions: ['sns:Publish', 'kms:GenerateDataKey', 'kms:Decrypt'],
    optional: false,
  },
  {
    name: 'restoring',
    purpose: 'restoring',
    why: "Registers again what was deregistered, as the operator: with the definition's tags, and with its task role and execution role, which may be passed to ecs-tasks.amazonaws.com.",
    permissions: [
      'ecs:DescribeTaskDefinition',
      'ecs:ListTaskDefinitions',
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'iam:PassRole',
    ],
    optional: false,
  },
];

/** In the order in which a run comes to them. */
export function needs(): readonly Need[] {
  const ofSources = sources.map(({ name, why, permissions, optional, setting }): Need => ({
    name,
    purpose: 'reading',
    why,
    permissions,
    optional,
    ...(setting === undefined ? {} : { setting }),
  }));
  return [...before, ...ofSources, ...after];
}

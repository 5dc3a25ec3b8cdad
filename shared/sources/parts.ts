// All facts about the parts of a run that are no sources, in the order in which a run reaches them. Plain data, like the
// catalogue.
import type { OtherFacts } from './facts.ts';

export const parts = {
  inventory: {
    purpose: 'reading',
    optional: false,
    permissions: ['ecs:ListTaskDefinitions'],
    why: 'Lists the ACTIVE revisions. A revision outside this list is never touched.',
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html
    buckets: {
      'task-definition-read': { burst: 50, perSecond: 20, calls: ['DescribeTaskDefinition', 'ListTaskDefinitions'] },
    },
    // A newer revision is never touched.
    reread: 'never',
  },

  tags: {
    purpose: 'reading',
    optional: true,
    permissions: ['tag:GetResources'],
    why: 'Finds the revisions that carry a protecting tag, by one query for the account.',
    // The burst is not published: https://docs.aws.amazon.com/general/latest/gr/arg.html
    buckets: { tagging: { burst: 15, perSecond: 15, calls: ['GetResources'] } },
    reread: 'stale',
  },

  alias: {
    purpose: 'reading',
    optional: false,
    permissions: ['iam:ListAccountAliases'],
    why: "Adds the account's alias to prompts and reports. Without it they show the number alone.",
    reread: 'never',
  },

  usage: {
    purpose: 'reading',
    optional: true,
    permissions: ['cloudtrail:LookupEvents'],
    why: 'Finds the revisions that were really started or deployed, also by callers that cannot be listed: CI, custom schedulers, a laptop.',
    blindTo: 'Calls older than the event history; calls in other Regions; callers that have not used the revision yet.',
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    buckets: { cloudtrail: { burst: 2, perSecond: 2, calls: 'CloudTrail' } },
    // Other sources show who uses a revision now.
    reread: 'never',
  },

  ages: {
    purpose: 'reading',
    optional: false,
    permissions: ['ecs:DescribeTaskDefinition'],
    why: 'Reads when revisions were registered, where their age decides; the status of a referenced revision; and the details for `explain`.',
    // Dates do not change.
    reread: 'never',
  },

  state: {
    purpose: 'reading-state',
    optional: false,
    // Without s3:ListBucket, S3 answers the same for a missing and a denied object.
    permissions: ['s3:GetObject', 's3:ListBucket'],
    why: 'Reads what earlier runs have recorded: when revisions were used, how much was counted, what never changes.',
    reread: 'never',
  },

  records: {
    purpose: 'recording',
    optional: false,
    permissions: ['s3:PutObject'],
    why: 'Writes the records of a run: the journal, the lock, the run record, past uses and counts. plan, explain, snapshot, history and the function preview write nothing.',
    reread: 'never',
  },

  pause: {
    purpose: 'deregistering',
    optional: false,
    setting: 'pauseParameter',
    permissions: ['ssm:GetParameter'],
    why: 'Reads the parameter that pauses runs, before each pass and at most 30 seconds before each call that changes something. The nightly function reads the one of its stack.',
    reread: 'never',
  },

  calendar: {
    purpose: 'deregistering',
    optional: false,
    setting: 'changeCalendar',
    permissions: ['ssm:GetCalendarState'],
    why: 'Asks whether the change calendars are open, as often as for the pause. While one is closed, nothing is changed.',
    reread: 'never',
  },

  deregistering: {
    purpose: 'deregistering',
    optional: false,
    permissions: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions', 'ecs:DeregisterTaskDefinition'],
    why: 'Deregisters, after a final check of the revision and of the newest of its family. IAM can narrow it neither to a family nor to a tag.',
    // Every deployment shares this bucket, by RegisterTaskDefinition.
    buckets: {
      'task-definition-modify': {
        burst: 20,
        perSecond: 1,
        calls: ['DeregisterTaskDefinition', 'RegisterTaskDefinition'],
      },
    },
    reread: 'never',
  },

  deleting: {
    purpose: 'deleting',
    optional: false,
    permissions: ['ecs:ListTaskDefinitions', 'ecs:DescribeTaskDefinition', 'ecs:DeleteTaskDefinitions'],
    why: 'Deletes for good what was deregistered deleteAfterDays ago, after a final check of each revision and of its journal entry. Not needed without deleteAfterDays.',
    buckets: { 'task-definition-deletion': { burst: 5, perSecond: 1, calls: ['DeleteTaskDefinitions'] } },
    reread: 'never',
  },

  reporting: {
    purpose: 'reporting',
    optional: false,
    permissions: ['sns:Publish', 'kms:GenerateDataKey', 'kms:Decrypt'],
    why: 'Sends the report to the topic of the functions, or to the topic of --topic. An encrypted topic needs its key.',
    reread: 'never',
  },

  approving: {
    purpose: 'approving',
    optional: false,
    permissions: ['lambda:SendDurableExecutionCallbackSuccess', 'lambda:SendDurableExecutionCallbackFailure'],
    why: 'Answers a run that waits for approval (approval: required), beside reading its records in the state store.',
    reread: 'never',
  },

  restoring: {
    purpose: 'restoring',
    optional: false,
    permissions: [
      'ecs:DescribeTaskDefinition',
      'ecs:ListTaskDefinitions',
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'iam:PassRole',
    ],
    why: "Registers a revision again, as the operator: with the definition's tags, its task role and its execution role, which must be passable to ecs-tasks.amazonaws.com.",
    reread: 'never',
  },
} as const satisfies Readonly<Record<string, OtherFacts>>;

export type PartName = keyof typeof parts;

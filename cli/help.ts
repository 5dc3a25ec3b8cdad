// What the command line says about itself: what each command does, examples to paste, and what the exit codes mean. Apart
// from the parsing, because these words are read and changed by people who do not care how arguments are read.

import { exitCodes } from './exit.ts';

/** At most 72 characters each: with the code before it a line then fits on 80 columns. */
const exitCodeHelp: Record<keyof typeof exitCodes, string> = {
  done: 'done; also when nothing had to go, a family is held or the cap is reached',
  failed:
    'failed: AWS not reached, a call refused, a report not sent; or something\n       began to use what was deregistered',
  usage: 'not begun: the options, settings, Region, account or revision are wrong',
  held: 'held: something could not be read to its end; nothing went after that',
  interrupted: 'interrupted',
};
const exitNames = ['done', 'failed', 'usage', 'held', 'interrupted'] as const;

type CommandHelp = {
  readonly takes: string;
  readonly does: string;
  readonly examples: readonly (readonly [line: string, does: string])[];
};

/** One entry a command, in the order in which help shows them. */
export const commandHelp = {
  plan: {
    takes: '',
    does: 'Shows what would be deregistered, and why the rest stays. Changes nothing.',
    examples: [
      ['./pruner plan', 'the whole account'],
      ["./pruner plan --families 'web*,batch-*' --keep-latest 3", 'some families, by a stricter policy'],
      ['./pruner plan --json > plan.json', 'for a script'],
    ],
  },
  prune: {
    takes: '',
    does: 'Shows the plan, asks for the number of the account, and deregisters.',
    examples: [
      ['./pruner prune --state s3://bucket', 'asks you to type the number of the account'],
      ['./pruner prune --state s3://bucket --max-deregistrations 10', 'a careful first time'],
      ['./pruner prune --state s3://bucket --yes --account 123456789012', 'where nobody can be asked'],
    ],
  },
  explain: {
    takes: '<family:revision> ',
    does: 'Shows every reason why one revision stays or goes, with its evidence. Changes nothing.',
    examples: [
      ['./pruner explain web:41', 'one revision'],
      ['./pruner explain web:41 --region eu-west-1 --profile audit', 'in another account and Region'],
    ],
  },
  history: {
    takes: '[family|run] ',
    does: 'Shows the runs, what one of them did, or what became of a family. Changes nothing.',
    examples: [
      ['./pruner history', 'the last runs'],
      ['./pruner history 6f1c0a52', 'what one did; the beginning of its id suffices'],
      ['./pruner history web', 'which revisions of a family went, when, and what they are now'],
    ],
  },
  restore: {
    takes: '[family:revisions...] ',
    does: 'Registers again what was deregistered, under a new number, and says who has to follow.',
    examples: [
      ['./pruner restore web:41 --state s3://bucket', 'one revision, from the journal there'],
      [
        './pruner restore web:41-45 api:3,7 --on-top --state s3://bucket',
        'several; what is the newest stays it',
      ],
      ['./pruner restore --run 4f1c --state s3://bucket', 'all that one run deregistered'],
    ],
  },
  snapshot: {
    takes: '',
    does: 'Prints the account as a file to rehearse a policy on. Reads only; secrets stay in the account.',
    examples: [
      ['./pruner snapshot > account.json', 'a file for npm start, which rehearses a policy on it'],
      ['./pruner snapshot --full > account.json', 'with the exact age of every revision'],
    ],
  },
  doctor: {
    takes: '',
    does: 'Checks an account by reading calls: permissions, deployment, what ECS answers. Changes nothing.',
    examples: [
      ['./pruner doctor', 'for a bug report: it prints no name but the number of the account'],
      ['./pruner doctor --stage prod', 'what is deployed as well'],
    ],
  },
  permissions: {
    takes: '',
    does: 'Shows which permissions each part of a run needs, and why. Asks nothing of AWS.',
    examples: [
      ['./pruner permissions', 'part by part'],
      ['./pruner permissions --policy > read.json', 'a policy to read, for IAM'],
      ['./pruner permissions --policy --live --region eu-west-1', 'one to deregister as well, in one Region'],
      ['./pruner permissions --deploy > deployer.json', 'one to deploy the stack'],
    ],
  },
} as const satisfies Record<string, CommandHelp>;
export type CommandName = keyof typeof commandHelp;
export const commandNames = [
  'plan',
  'prune',
  'explain',
  'history',
  'restore',
  'snapshot',
  'doctor',
  'permissions',
] as const satisfies readonly CommandName[];

export function examplesText(command: CommandName): string {
  const { examples } = commandHelp[command];
  return ['Examples:', ...examples.map(([line, does]) => `  # ${does}\n  ${line}`)].join('\n');
}

export function exitCodesText(): string {
  const lines = exitNames.map((name) => `  ${String(exitCodes[name]).padEnd(3)}  ${exitCodeHelp[name]}`);
  return ['Exit codes:', ...lines].join('\n');
}

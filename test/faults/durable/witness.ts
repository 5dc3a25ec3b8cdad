// Records the calls of a run and checks the result independently: from the account, the
// bucket and the topic alone, by hand, never with the product's own code.
import type { Call } from '../../../sandbox/calls.ts';
import type { Sandbox } from '../../../sandbox/server.ts';
import type { TestClock } from '../../support/clock.ts';
import { ACCOUNT, REGION } from '../../support/account.ts';

export const BUCKET = 'pruner-state';
export const PREFIX = `${ACCOUNT}/${REGION}/`;

interface Deregistration {
  readonly name: string;
  readonly by: string;
  took: boolean;
}

export class Witness {
  readonly #sandbox: Sandbox;
  readonly #clock: TestClock;
  readonly #before: ReadonlySet<string>;
  readonly deregistrations: Deregistration[] = [];
  /** The violations at the moment of a call. */
  readonly #wrong: string[] = [];

  constructor(sandbox: Sandbox, clock: TestClock) {
    this.#sandbox = sandbox;
    this.#clock = clock;
    this.#before = new Set(this.inactive());
    sandbox.before((call) => {
      if (call.operation === 'DeregisterTaskDefinition') this.#isToGo(call);
    });
    sandbox.after((call) => {
      if (call.operation === 'DeregisterTaskDefinition') this.#went(call);
    });
  }

  #isToGo({ input, accessKeyId = '' }: Call): void {
    const name = nameIn(input);
    this.deregistrations.push({ name, by: accessKeyId, took: false });
    const entry = this.journaled(name);
    if (typeof entry === 'string') this.#wrong.push(`${name} goes, and in the journal ${entry}`);
  }

  #went({ input }: Call): void {
    const last = this.deregistrations.findLast(({ name, took }) => name === nameIn(input) && !took);
    if (last !== undefined) last.took = true;
  }

  /** The revisions that calls with this access key deregistered. */
  takenBy(name: string): string[] {
    const own = this.deregistrations.filter(({ by, took }) => took && by.startsWith(name));
    return own.map((one) => one.name);
  }

  /** Every revision that is not ACTIVE any more and was when the night began. */
  gone(): string[] {
    return this.inactive().filter((name) => !this.#before.has(name));
  }

  inactive(): string[] {
    return [...this.#sandbox.account.revisions.all()]
      .filter(({ status }) => status !== 'ACTIVE')
      .map(({ family, revision }) => `${family}:${revision}`);
  }

  /** Its entry, or in words why there is none that could be used. */
  journaled(name: string): { run: string } | string {
    const [family = '', number = ''] = name.split(':');
    const keys = this.keys('journal/').filter((key) => key.endsWith(`/${number}.json`));
    const entries = keys.map((key) => parsed<Sealed>(this.text(key)));
    const entry = entries.find(({ value }) => value.definition.family === family)?.value;
    if (entry === undefined) return 'it is not there';
    const now = this.#sandbox.account.revisions.find(name);
    const arn = now?.taskDefinitionArn;
    if (entry.definition.taskDefinitionArn !== arn) return `it is ${entry.definition.taskDefinitionArn}`;
    if (entry.definition.status !== 'ACTIVE') return `it is ${entry.definition.status}`;
    if (JSON.stringify(entry.definition.containerDefinitions) !== JSON.stringify(now?.containerDefinitions))
      return 'it has other containers';
    return entry;
  }

  keys(below: string): string[] {
    const bucket = this.#sandbox.account.storage.find(BUCKET);
    return (bucket?.keys() ?? []).filter((key) => key.startsWith(PREFIX + below));
  }

  text(key: string): string {
    return this.#sandbox.account.storage.find(BUCKET)?.versions(key)[0]?.object?.text ?? '';
  }

  /** The published messages, in order. */
  mails(): Mail[] {
    return this.#sandbox.account.published.map(({ Message, Subject = '', MessageId }) => {
      const { default: document, email } = parsed<{ default: string; email: string }>(Message);
      return { MessageId, Subject, email, text: Message, report: parsed<Told>(document) };
    });
  }

  /** The violations at the end, after any interruption. */
  wrong({ kept, cap, lock = 'free' }: Morning): string[] {
    const gone = this.gone();
    const goneTwice = gone.filter(
      (name) => this.deregistrations.filter((one) => one.name === name && one.took).length > 1,
    );
    const unjournaled = gone.flatMap((name) => {
      const entry = this.journaled(name);
      return typeof entry === 'string' && this.deregistrations.some((one) => one.name === name)
        ? [`${name} is gone, and in the journal ${entry}`]
        : [];
    });
    return [
      ...this.#wrong,
      ...unjournaled,
      ...gone.filter((name) => kept.includes(name)).map((name) => `${name} has gone`),
      ...goneTwice.map((name) => `${name} was deregistered twice`),
      ...(gone.length > cap ? [`${gone.length} have gone, with a cap of ${cap}`] : []),
      ...this.#lock(lock),
    ];
  }

  #lock(must: Morning['lock']): string[] {
    const [key] = this.keys('lock.json');
    if (key === undefined) return [];
    const { free, expires, owner } = parsed<SealedLock>(this.text(key)).value;
    const graceMs = must === 'soon over' ? LONGEST_LOCK_MS : 0;
    const isOver = free || expires <= this.#clock.now() + graceMs;
    return isOver || owner.by === 'nobody' ? [] : [`the lock is still held by ${owner.id}, ${owner.by}`];
  }
}

/** The next run continues after this time in any case. */
const LONGEST_LOCK_MS = 40 * 60_000;

export interface Morning {
  readonly kept: readonly string[];
  /** How many may have gone. */
  readonly cap: number;
  /** If the state cannot be written, the lock cannot be released. */
  readonly lock?: 'free' | 'soon over';
}

export interface Mail {
  readonly MessageId: string;
  readonly Subject: string;
  readonly email: string;
  readonly text: string;
  readonly report: Told;
}

/** Of the report's document, what is looked at here. */
export interface Told {
  readonly run: { readonly id: string };
  readonly outcome: string;
  readonly verdict: string;
  readonly deregistered: readonly { readonly revisions: readonly string[] }[];
  readonly alreadyInactive: readonly { readonly revisions: readonly string[] }[];
  readonly failed: readonly { readonly revision: string }[];
  readonly lateReferences: readonly {
    readonly revision: string;
    readonly referrer: string;
    readonly relation: string;
  }[];
  readonly danglingReferences: readonly { readonly revision: string; readonly referrer: string }[];
  readonly stop: { readonly by: string; readonly reason: string } | null;
  readonly attention: readonly { readonly problem: string; readonly remedy: string }[];
  readonly failure: { readonly operation: string; readonly reason: string } | null;
}

interface Sealed {
  readonly value: {
    readonly run: string;
    readonly definition: {
      readonly family: string;
      readonly taskDefinitionArn: string;
      readonly status: string;
      readonly containerDefinitions: unknown;
    };
  };
}

interface SealedLock {
  readonly value: {
    readonly owner: { readonly id: string; readonly by: string };
    readonly free: boolean;
    readonly expires: number;
  };
}

export function deregisteredIn({ deregistered }: Told): string[] {
  return deregistered.flatMap(({ revisions }) => revisions).sort();
}

function nameIn({ taskDefinition }: Record<string, unknown>): string {
  return String(taskDefinition).replace(/^.*task-definition\//, '');
}

/** A text of the product's: where it is not what it should be, whatever is asserted of it fails. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters, typescript/no-unsafe-type-assertion -- for these texts only
const parsed = <Value>(text: string): Value => JSON.parse(text) as Value;

// Builds the account that a test is about: what is not said is ordinary, so that a test states only what matters.
import type { AccountFile, TaskDefinitionEntry } from '../sandbox/account-file.ts';

export const NOW = '2026-11-24T02:30:00.000Z';
export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:pruner`;

type Service = NonNullable<AccountFile['services']>[number];
type Task = NonNullable<AccountFile['tasks']>[number];

const ecs = (path: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${path}`;
export const revisionArn = (name: string) => ecs(`task-definition/${name}`);
export const daysBefore = (days: number, from = NOW) =>
  new Date(Date.parse(from) - days * 86_400_000).toISOString();

interface FamilyOptions {
  /** Of every revision of this entry; a hundred days ago when nothing is said. */
  readonly daysAgo?: number;
  readonly status?: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  readonly tags?: Readonly<Record<string, string>>;
}

export class AccountBuilder {
  readonly #families: TaskDefinitionEntry[] = [];
  readonly #clusters = new Set<string>();
  readonly #services: Service[] = [];
  readonly #tasks: Task[] = [];

  /** @param revisions `1-6,8` */
  family(
    family: string,
    revisions: string,
    { daysAgo = 100, status = 'ACTIVE', tags = {} }: FamilyOptions = {},
  ): this {
    this.#families.push({
      family,
      revisions,
      status,
      registeredAt: daysBefore(daysAgo),
      registeredBy: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/ci`,
      containerDefinitions: [{ name: 'app', image: 'app:1', essential: true }],
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    return this;
  }

  cluster(...names: string[]): this {
    for (const name of names) this.#clusters.add(name);
    return this;
  }

  /** @param path `cluster/name` */
  service(path: string, revision: string, more: Partial<Service> = {}): this {
    const [cluster = '', name = ''] = path.split('/');
    this.cluster(cluster);
    this.#services.push({
      serviceArn: ecs(`service/${cluster}/${name}`),
      serviceName: name,
      clusterArn: ecs(`cluster/${cluster}`),
      status: 'ACTIVE',
      desiredCount: 1,
      runningCount: 1,
      pendingCount: 0,
      taskDefinition: revisionArn(revision),
      deployments: [deployment(revision)],
      ...more,
    });
    return this;
  }

  task(cluster: string, revision: string, more: Partial<Task> = {}): this {
    this.cluster(cluster);
    const id = `${this.#tasks.length + 1}`.padStart(32, '0');
    this.#tasks.push({
      taskArn: ecs(`task/${cluster}/${id}`),
      clusterArn: ecs(`cluster/${cluster}`),
      taskDefinitionArn: revisionArn(revision),
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      ...more,
    });
    return this;
  }

  file(): AccountFile {
    return {
      account: ACCOUNT,
      region: REGION,
      now: NOW,
      taskDefinitions: this.#families,
      clusters: [...this.#clusters].map((clusterName) => ({
        clusterName,
        clusterArn: ecs(`cluster/${clusterName}`),
        status: 'ACTIVE',
      })),
      services: this.#services,
      tasks: this.#tasks,
      topics: [{ TopicArn: TOPIC }],
    };
  }
}

export function anAccount(): AccountBuilder {
  return new AccountBuilder();
}

export function deployment(
  revision: string,
  more: Partial<NonNullable<Service['deployments']>[number]> = {},
) {
  return {
    id: `ecs-svc/${revision}`,
    status: 'PRIMARY',
    taskDefinition: revisionArn(revision),
    desiredCount: 1,
    runningCount: 1,
    pendingCount: 0,
    rolloutState: 'COMPLETED' as const,
    ...more,
  };
}

/**
 * The history of the services that ECS deploys itself: service deployments, and service revisions as their sources
 * and targets. A service revision is an immutable configuration with a task definition. ECS deletes the history with
 * its service.
 */
import type { ServiceDeployment, ServiceDeploymentStatus, ServiceRevision } from '@aws-sdk/client-ecs';
import { DAY_MS } from '../clock.ts';
import type { Arns } from './arns.ts';

export type StoredServiceRevision = ServiceRevision & {
  readonly serviceRevisionArn: string;
  readonly serviceArn: string;
};
export type StoredServiceDeployment = ServiceDeployment & {
  readonly serviceDeploymentArn: string;
  readonly serviceArn: string;
  status: ServiceDeploymentStatus;
};

/** Identifies a service. Short service ARNs are not unique. */
export interface InCluster {
  readonly clusterArn: string;
  readonly serviceName: string;
}

/** Developer guide, "View service history". */
const HISTORY_MS = 90 * DAY_MS;

const finished: ReadonlySet<ServiceDeploymentStatus> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

export class ServiceHistory {
  readonly #revisions = new Map<string, StoredServiceRevision>();
  /** By the service's long ARN, which is unique; newest first. */
  readonly #deployments = new Map<string, StoredServiceDeployment[]>();
  /** The id in the service's `deployments[]` that runs a service revision's tasks. */
  readonly #runBy = new Map<string, string>();
  readonly #arns: Arns;

  constructor(arns: Arns) {
    this.#arns = arns;
  }

  addRevision(revision: StoredServiceRevision): void {
    if (this.#revisions.has(revision.serviceRevisionArn))
      throw new TypeError(`${revision.serviceRevisionArn} exists twice`);
    this.#revisions.set(revision.serviceRevisionArn, revision);
  }

  addDeployment(deployment: StoredServiceDeployment): void {
    const service = this.serviceOf('service-deployment', deployment.serviceDeploymentArn);
    const all = this.#deployments.get(service) ?? [];
    if (all.some(({ serviceDeploymentArn }) => serviceDeploymentArn === deployment.serviceDeploymentArn))
      throw new TypeError(`${deployment.serviceDeploymentArn} exists twice`);
    const began = ({ createdAt }: StoredServiceDeployment) => createdAt?.getTime() ?? -Infinity;
    const older = all.findIndex((other) => began(other) <= began(deployment));
    all.splice(older === -1 ? all.length : older, 0, deployment);
    this.#deployments.set(service, all);
  }

  linkDeployment(revisionArn: string, deploymentId: string): void {
    this.#runBy.set(revisionArn, deploymentId);
  }

  deploymentIdOf(revisionArn: string | undefined): string | undefined {
    return this.#runBy.get(revisionArn ?? '');
  }

  revision(arn: string | undefined): StoredServiceRevision | undefined {
    return this.#revisions.get(arn ?? '');
  }

  /** All service deployments of a service, newest first, including those that ECS no longer lists. */
  of({ clusterArn, serviceName }: InCluster): readonly StoredServiceDeployment[] {
    return this.#deployments.get(this.#arns.serviceIn(clusterArn, serviceName)) ?? [];
  }

  /** The service deployments of the last ninety days. One without a time is older. */
  listed(service: InCluster, now: number): StoredServiceDeployment[] {
    return this.of(service).filter(
      (one) => !isFinished(one) || (one.createdAt?.getTime() ?? -Infinity) > now - HISTORY_MS,
    );
  }

  deployment(arn: string, now: number): StoredServiceDeployment | undefined {
    return this.listed(this.parseArn('service-deployment', arn), now).find(
      ({ serviceDeploymentArn }) => serviceDeploymentArn === arn,
    );
  }

  unfinished(service: InCluster): StoredServiceDeployment | undefined {
    return this.of(service).find((one) => !isFinished(one));
  }

  /** The last successful service revision, which a rollback restores. */
  lastSuccessful(service: InCluster): StoredServiceRevision | undefined {
    for (const { status, targetServiceRevision, rollback } of this.of(service)) {
      if (status === 'SUCCESSFUL') return this.revision(targetServiceRevision?.arn);
      if (status === 'ROLLBACK_SUCCESSFUL') return this.revision(rollback?.serviceRevisionArn);
    }
    return undefined;
  }

  forget({ clusterArn, serviceName }: InCluster): void {
    const service = this.#arns.serviceIn(clusterArn, serviceName);
    this.#deployments.delete(service);
    for (const arn of this.#revisions.keys())
      if (this.serviceOf('service-revision', arn) === service) this.#revisions.delete(arn);
  }

  /** The service's long ARN, from the ARN `…/CLUSTER/NAME/ID` of a service deployment or revision. */
  serviceOf(type: 'service-deployment' | 'service-revision', arn: string): string {
    const { clusterArn, serviceName } = this.parseArn(type, arn);
    return this.#arns.serviceIn(clusterArn, serviceName);
  }

  parseArn(type: 'service-deployment' | 'service-revision', arn: string): InCluster {
    const [cluster = '', serviceName = ''] = (this.#arns.short(type, arn) ?? '').split('/');
    return { clusterArn: this.#arns.cluster(cluster), serviceName };
  }
}

export function isFinished({ status }: { readonly status?: ServiceDeploymentStatus | undefined }): boolean {
  return status !== undefined && finished.has(status);
}

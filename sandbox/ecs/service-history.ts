/**
 * The history that ECS keeps of the services that it rolls itself: each service deployment, and the service revisions
 * (immutable configurations, each with its task definition) that these went from and to. Both go with their service.
 */
import type { ServiceDeployment, ServiceDeploymentStatus, ServiceRevision } from '@aws-sdk/client-ecs';
import type { Arns } from './arns.ts';

export type KnownServiceRevision = ServiceRevision & {
  readonly serviceRevisionArn: string;
  readonly serviceArn: string;
};
export type KnownServiceDeployment = ServiceDeployment & {
  readonly serviceDeploymentArn: string;
  readonly serviceArn: string;
  status: ServiceDeploymentStatus;
};

/** How long a service deployment stays listed (developer guide, "View service history"). */
const historyMs = 90 * 86_400_000;

const finished: ReadonlySet<ServiceDeploymentStatus> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

export class ServiceHistory {
  readonly #revisions = new Map<string, KnownServiceRevision>();
  /** By service, newest first. */
  readonly #deployments = new Map<string, KnownServiceDeployment[]>();
  /** Which of a service's `deployments[]` runs a service revision's tasks. */
  readonly #runBy = new Map<string, string>();
  readonly #arns: Arns;

  constructor(arns: Arns) {
    this.#arns = arns;
  }

  addRevision(revision: KnownServiceRevision): void {
    if (this.#revisions.has(revision.serviceRevisionArn))
      throw new TypeError(`${revision.serviceRevisionArn} is there twice`);
    this.#revisions.set(revision.serviceRevisionArn, revision);
  }

  addDeployment(deployment: KnownServiceDeployment): void {
    const all = this.#deployments.get(deployment.serviceArn) ?? [];
    if (all.some(({ serviceDeploymentArn }) => serviceDeploymentArn === deployment.serviceDeploymentArn))
      throw new TypeError(`${deployment.serviceDeploymentArn} is there twice`);
    const began = ({ createdAt }: KnownServiceDeployment) => createdAt?.getTime() ?? -Infinity;
    const older = all.findIndex((other) => began(other) <= began(deployment));
    all.splice(older === -1 ? all.length : older, 0, deployment);
    this.#deployments.set(deployment.serviceArn, all);
  }

  runs(revisionArn: string, deploymentId: string): void {
    this.#runBy.set(revisionArn, deploymentId);
  }

  runBy(revisionArn: string | undefined): string | undefined {
    return this.#runBy.get(revisionArn ?? '');
  }

  revision(arn: string | undefined): KnownServiceRevision | undefined {
    return this.#revisions.get(arn ?? '');
  }

  /** All that is remembered of a service, newest first; more than ECS shows. */
  of(serviceArn: string): readonly KnownServiceDeployment[] {
    return this.#deployments.get(serviceArn) ?? [];
  }

  /** What ECS shows: the last ninety days. One of which nobody knows when it began was before these. */
  shown(serviceArn: string, now: number): KnownServiceDeployment[] {
    return this.of(serviceArn).filter(
      (one) => !isFinished(one) || (one.createdAt?.getTime() ?? -Infinity) > now - historyMs,
    );
  }

  deployment(arn: string, now: number): KnownServiceDeployment | undefined {
    return this.shown(this.serviceOf('service-deployment', arn), now).find(
      ({ serviceDeploymentArn }) => serviceDeploymentArn === arn,
    );
  }

  unfinished(serviceArn: string): KnownServiceDeployment | undefined {
    return this.of(serviceArn).find((one) => !isFinished(one));
  }

  /** The service revision that was deployed successfully last: what a rollback goes back to. */
  lastSuccessful(serviceArn: string): KnownServiceRevision | undefined {
    for (const { status, targetServiceRevision, rollback } of this.of(serviceArn)) {
      if (status === 'SUCCESSFUL') return this.revision(targetServiceRevision?.arn);
      if (status === 'ROLLBACK_SUCCESSFUL') return this.revision(rollback?.serviceRevisionArn);
    }
    return undefined;
  }

  forget(serviceArn: string): void {
    this.#deployments.delete(serviceArn);
    for (const [arn, revision] of this.#revisions)
      if (revision.serviceArn === serviceArn) this.#revisions.delete(arn);
  }

  /** The service's ARN that is part of the ARN of its deployments and revisions: `…/CLUSTER/NAME/ID`. */
  serviceOf(type: 'service-deployment' | 'service-revision', arn: string): string {
    const [cluster = '', name = ''] = (this.#arns.short(type, arn) ?? '').split('/');
    return this.#arns.service(cluster, name);
  }
}

export function isFinished({ status }: { readonly status?: ServiceDeploymentStatus | undefined }): boolean {
  return status !== undefined && finished.has(status);
}

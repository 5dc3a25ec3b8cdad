import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';

export type StoredDeployment = DeploymentInfo & { readonly deploymentId: string };

export class Deployments {
  readonly #byId = new Map<string, StoredDeployment>();

  add(deployment: StoredDeployment): void {
    if (this.#byId.has(deployment.deploymentId)) throw new TypeError(`${deployment.deploymentId} exists twice`);
    this.#byId.set(deployment.deploymentId, deployment);
  }

  find(id: string | undefined): StoredDeployment | undefined {
    return this.#byId.get(id ?? '');
  }

  /** Newest first. */
  all(): StoredDeployment[] {
    return [...this.#byId.values()].sort((a, b) => timeOf(b.createTime) - timeOf(a.createTime));
  }
}

export const timeOf = (date: Date | undefined) => date?.getTime() ?? 0;

/**
 * The account's CodeDeploy applications with their deployment groups: which ECS service each group deploys, what it aims at
 * and what it last deployed. The deployments themselves are in known-deployments.ts.
 */
import type { ApplicationInfo, DeploymentGroupInfo } from '@aws-sdk/client-codedeploy';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

export type KnownApplication = ApplicationInfo & { readonly applicationName: string };
export type KnownGroup = DeploymentGroupInfo & {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
};

export class Applications {
  readonly #applications = new Map<string, KnownApplication>();
  readonly #groups = new Map<string, Map<string, KnownGroup>>();

  add(application: KnownApplication): void {
    const { applicationName: name } = application;
    if (this.#applications.has(name))
      throw refused('ApplicationAlreadyExists', `The application ${name} already exists.`);
    this.#applications.set(name, application);
    this.#groups.set(name, new Map());
  }

  addGroup(group: KnownGroup): void {
    const { applicationName, deploymentGroupName } = group;
    const groups = this.#groupsOf(applicationName);
    if (groups.has(deploymentGroupName))
      throw refused(
        'DeploymentGroupAlreadyExists',
        `The deployment group ${deploymentGroupName} already exists.`,
      );
    groups.set(deploymentGroupName, group);
  }

  all(): KnownApplication[] {
    return [...this.#applications.values()];
  }

  application(name = ''): KnownApplication {
    const found = this.#applications.get(name);
    if (found === undefined)
      throw refused('ApplicationDoesNotExist', `No application found for name: ${name}`);
    return found;
  }

  groups(applicationName = ''): KnownGroup[] {
    return [...this.#groupsOf(applicationName).values()];
  }

  group(applicationName = '', name = ''): KnownGroup {
    const found = this.#groupsOf(applicationName).get(name);
    if (found === undefined)
      throw refused('DeploymentGroupDoesNotExist', `No Deployment Group found for name: ${name}`);
    return found;
  }

  deleteGroup(applicationName: string, name: string): void {
    this.#groupsOf(applicationName).delete(this.group(applicationName, name).deploymentGroupName);
  }

  deleteApplication(name: string): void {
    this.#applications.delete(this.application(name).applicationName);
    this.#groups.delete(name);
  }

  #groupsOf(applicationName: string): Map<string, KnownGroup> {
    return (
      this.#groups.get(this.application(applicationName).applicationName) ?? new Map<string, KnownGroup>()
    );
  }
}

/** CodeDeploy names its errors after what is wrong, with `Exception` behind; all are HTTP 400. */
export function refused(what: string, message: string): AwsError {
  return new AwsError(`${what}Exception`, message);
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
export const applicationArn = (place: Place, name = '*') => arnIn(place, 'codedeploy', `application:${name}`);
export const groupArn = (place: Place, application = '*', name = '*') =>
  arnIn(place, 'codedeploy', `deploymentgroup:${application}/${name}`);

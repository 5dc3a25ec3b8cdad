/**
 * The account's CodeDeploy applications and their deployment groups. Each group has an ECS service, a target revision
 * and its last deployments.
 */
import type { ApplicationInfo, DeploymentGroupInfo } from '@aws-sdk/client-codedeploy';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

export type StoredApplication = ApplicationInfo & { readonly applicationName: string };
export type StoredGroup = DeploymentGroupInfo & {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
};

export class Applications {
  readonly #applications = new Map<string, StoredApplication>();
  readonly #groups = new Map<string, Map<string, StoredGroup>>();

  add(application: StoredApplication): void {
    const { applicationName: name } = application;
    if (this.#applications.has(name))
      throw refusal('ApplicationAlreadyExists', `The application ${name} already exists.`);
    this.#applications.set(name, application);
    this.#groups.set(name, new Map());
  }

  addGroup(group: StoredGroup): void {
    const { applicationName, deploymentGroupName } = group;
    const groups = this.#groupsOf(applicationName);
    if (groups.has(deploymentGroupName))
      throw refusal('DeploymentGroupAlreadyExists', `The deployment group ${deploymentGroupName} already exists.`);
    groups.set(deploymentGroupName, group);
  }

  all(): StoredApplication[] {
    return [...this.#applications.values()];
  }

  application(name = ''): StoredApplication {
    const found = this.#applications.get(name);
    if (found === undefined) throw refusal('ApplicationDoesNotExist', `No application found for name: ${name}`);
    return found;
  }

  groups(applicationName = ''): StoredGroup[] {
    return [...this.#groupsOf(applicationName).values()];
  }

  group(applicationName = '', name = ''): StoredGroup {
    const found = this.#groupsOf(applicationName).get(name);
    if (found === undefined)
      throw refusal('DeploymentGroupDoesNotExist', `No Deployment Group found for name: ${name}`);
    return found;
  }

  deleteGroup(applicationName: string, name: string): void {
    this.#groupsOf(applicationName).delete(this.group(applicationName, name).deploymentGroupName);
  }

  deleteApplication(name: string): void {
    this.#applications.delete(this.application(name).applicationName);
    this.#groups.delete(name);
  }

  #groupsOf(applicationName: string): Map<string, StoredGroup> {
    return this.#groups.get(this.application(applicationName).applicationName) ?? new Map<string, StoredGroup>();
  }
}

/** CodeDeploy's error codes end in `Exception` and have HTTP status 400. */
export function refusal(code: string, message: string): AwsError {
  return new AwsError(`${code}Exception`, message);
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
export const applicationArn = (place: Place, name = '*') => arnIn(place, 'codedeploy', `application:${name}`);
export const groupArn = (place: Place, application = '*', name = '*') =>
  arnIn(place, 'codedeploy', `deploymentgroup:${application}/${name}`);

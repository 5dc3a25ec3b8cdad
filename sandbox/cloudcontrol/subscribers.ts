import type { ResourceDescription } from '@aws-sdk/client-cloudcontrol';
import { AwsError } from '../errors.ts';

export const TYPE = 'AWS::EventsV2::Subscriber';

export class Subscribers {
  readonly #byId = new Map<string, ResourceDescription & { readonly Identifier: string }>();

  put(one: ResourceDescription): void {
    const { Identifier = '' } = one;
    this.#byId.set(Identifier, { ...one, Identifier });
  }

  delete(identifier: string): void {
    this.#byId.delete(identifier);
  }

  named(identifier = ''): ResourceDescription {
    const found = this.#byId.get(identifier);
    if (found !== undefined) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `Resource of type '${TYPE}' with identifier '${identifier}' was not found.`,
    );
  }

  all(): ResourceDescription[] {
    return [...this.#byId.values()];
  }
}

import type { ECSExpressGatewayService } from '@aws-sdk/client-ecs';

/** The members of Express Mode services that an account file states; all others follow from the service. */
export class ExpressServices {
  readonly #known = new Map<string, ECSExpressGatewayService>();

  add(serviceArn: string, service: ECSExpressGatewayService): void {
    if (this.#known.has(serviceArn)) throw new TypeError(`${serviceArn} exists twice`);
    this.#known.set(serviceArn, service);
  }

  of(serviceArn: string): ECSExpressGatewayService {
    return this.#known.get(serviceArn) ?? {};
  }
}

import type { ECSExpressGatewayService } from '@aws-sdk/client-ecs';

/** What an account file says of them; everything that it does not say follows from the service. */
export class ExpressServices {
  readonly #known = new Map<string, ECSExpressGatewayService>();

  add(serviceArn: string, service: ECSExpressGatewayService): void {
    if (this.#known.has(serviceArn)) throw new TypeError(`${serviceArn} is there twice`);
    this.#known.set(serviceArn, service);
  }

  of(serviceArn: string): ECSExpressGatewayService {
    return this.#known.get(serviceArn) ?? {};
  }
}

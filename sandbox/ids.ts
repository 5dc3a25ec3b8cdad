/**
 * Ids that AWS would generate at random. Here they follow from a counter, so every run of a test sees the same ids.
 */
import { createHash } from 'node:crypto';

export class Ids {
  #drawn = 0;

  /** Hexadecimal digits, as in a task's ARN. */
  hex(length: number): string {
    return this.#draw().slice(0, length);
  }

  /** Nineteen digits, as in a deployment's id. */
  digits(): string {
    return (BigInt(`0x${this.#draw()}`) % 10n ** 19n).toString().padStart(19, '0');
  }

  uuid(): string {
    return this.#draw().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  }

  #draw(): string {
    this.#drawn += 1;
    return createHash('sha256').update(String(this.#drawn)).digest('hex');
  }
}

/**
 * An error as AWS answers it: a code that the SDK turns into a class, a text, an HTTP status. Resources throw it; the
 * protocols put it on the wire, each in its own spelling.
 */

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  /** Most of AWS's client errors, ECS's throttling among them, come as HTTP 400. */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

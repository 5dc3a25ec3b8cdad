/**
 * An error as AWS answers it: a code that the SDK turns into a class, a text, an HTTP status. Resources throw it; the
 * protocols put it on the wire, each in its own spelling.
 */

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** What stands beside the text, as S3 has it. */
  readonly headers: Readonly<Record<string, string>>;

  /** Most of AWS's client errors, ECS's throttling among them, come as HTTP 400. */
  constructor(code: string, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

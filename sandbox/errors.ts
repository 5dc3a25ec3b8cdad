/**
 * An error as AWS answers it. Operations throw it, and each protocol encodes it. The SDK turns the code into an error
 * class.
 */

export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Additional response headers; S3 uses one. */
  readonly headers: Readonly<Record<string, string>>;

  /** Most AWS client errors, including ECS's throttling, have HTTP status 400. */
  constructor(code: string, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** The run failed. Its report was sent, or is in the log. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

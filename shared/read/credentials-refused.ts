// A file of its own, so that a run can recognize the error before it loads what reads.
import type { ReadProblem } from '../domain/problem.ts';

/** AWS does not accept the credentials in this Region, and nothing was read. This is no partly unreadable account. */
export class CredentialsRefused extends Error {
  override readonly name = 'Refused';
  readonly problem: ReadProblem;
  constructor(fault: ReadProblem) {
    super(`${fault.operation}: ${fault.reason}`);
    this.problem = fault;
  }
}

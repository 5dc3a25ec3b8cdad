import type {
  CreatePipeRequest,
  DescribePipeResponse,
  RequestedPipeState,
  UpdatePipeRequest,
} from '@aws-sdk/client-pipes';
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

export type StoredPipe = DescribePipeResponse & { readonly Arn: string; readonly Name: string };

export class Pipes {
  readonly #byName = new Map<string, StoredPipe>();
  readonly #place: Place;
  readonly #clock: Clock;

  constructor(place: Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  add(pipe: DescribePipeResponse): void {
    const { Name = '', DesiredState = 'RUNNING' } = pipe;
    if (this.#byName.has(Name)) throw new TypeError(`${Name} exists twice`);
    const CurrentState = DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING';
    this.#byName.set(Name, { DesiredState, CurrentState, ...pipe, Name, Arn: this.arn(pipe) });
  }

  arn({ Name = '' }: { readonly Name?: string | undefined }): string {
    return arnIn(this.#place, 'pipes', `pipe/${Name}`);
  }

  named(name = ''): StoredPipe {
    const pipe = this.#byName.get(name);
    if (pipe !== undefined) return pipe;
    throw new AwsError('NotFoundException', `Pipe ${name} does not exist.`, 404);
  }

  all(): StoredPipe[] {
    return [...this.#byName.values()];
  }

  create({ DesiredState = 'RUNNING', ...input }: CreatePipeRequest): StoredPipe {
    const { Name = '' } = input;
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name))
      throw new AwsError('ValidationException', 'Name is 1 to 64 of . - _ letters and digits.');
    if (this.#byName.has(Name)) throw new AwsError('ConflictException', `Pipe ${Name} already exists.`, 409);
    return this.#put({ ...withoutLogConfiguration(input), Name, CreationTime: this.#now() }, DesiredState);
  }

  /** Replaces the given members. A pipe's source cannot change. */
  update(input: UpdatePipeRequest): StoredPipe {
    const pipe = this.named(input.Name);
    const state = input.DesiredState ?? (pipe.DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING');
    const SourceParameters = pipe.SourceParameters;
    return this.#put({ ...pipe, ...withoutLogConfiguration(input), SourceParameters }, state);
  }

  /** Starts or stops a pipe. */
  set(name: string | undefined, state: RequestedPipeState): StoredPipe {
    return this.#put(this.named(name), state);
  }

  delete(name: string | undefined): StoredPipe {
    const pipe = this.named(name);
    this.#byName.delete(pipe.Name);
    return { ...pipe, CurrentState: 'DELETING' };
  }

  #put(pipe: DescribePipeResponse, state: RequestedPipeState): StoredPipe {
    const { Name = '' } = pipe;
    const LastModifiedTime = this.#now();
    const put = { ...pipe, DesiredState: state, CurrentState: state, LastModifiedTime, Name };
    const known = { ...put, Arn: this.arn(pipe) };
    this.#byName.set(Name, known);
    return known;
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }
}

/** The log configuration has another shape in answers, and no test needs it. */
function withoutLogConfiguration<Input extends { LogConfiguration?: unknown }>(
  input: Input,
): Omit<Input, 'LogConfiguration'> {
  const rest = { ...input };
  delete rest.LogConfiguration;
  return rest;
}

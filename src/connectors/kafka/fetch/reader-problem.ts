/**
 * What keeps a reader, or one of its partitions, from reading. Times are ms since 1970.
 * `offset_out_of_range` and `topic_recreated` stop the reader for good; the others are tried again.
 */
export type ReaderProblem =
  | {readonly kind: 'unreachable'; readonly broker: string; readonly since: number; readonly nextRetryAt: number; readonly message: string}
  | {readonly kind: 'auth_failed'; readonly broker: string; readonly since: number; readonly nextRetryAt: number; readonly message: string}
  | {readonly kind: 'topic_missing'; readonly topic: string; readonly since: number}
  | {readonly kind: 'topic_recreated'; readonly topic: string; readonly expectedId: string; readonly foundId: string}
  | {
      readonly kind: 'offset_out_of_range';
      readonly partition: number;
      readonly offset: number;
      readonly earliest: number;
      readonly latest: number;
    }
  | {readonly kind: 'corrupt_batch'; readonly partition: number; readonly offset: number; readonly message: string}
  | {readonly kind: 'refused'; readonly partition: number; readonly message: string};

export type ReaderState = 'starting' | 'reading' | 'retrying' | 'stopped';

/** `problem` is the oldest one of the moment, `everRead` whether any fetch has ever been answered. */
export type ReaderStatus = {readonly state: ReaderState; readonly everRead: boolean; readonly problem?: ReaderProblem | undefined};

/** One line for people, naming broker, topic or partition. */
export function describeProblem(problem: ReaderProblem): string {
  switch (problem.kind) {
    case 'unreachable':
      return `could not reach Kafka broker ${problem.broker}: ${problem.message}`;
    case 'auth_failed':
      return `Kafka broker ${problem.broker} refused the credentials: ${problem.message}`;
    case 'topic_missing':
      return `topic "${problem.topic}" does not exist any more`;
    case 'topic_recreated':
      return `topic "${problem.topic}" was deleted and created again (id ${problem.foundId}, was ${problem.expectedId})`;
    case 'offset_out_of_range':
      return problem.offset < problem.earliest
        ? `offsets ${problem.offset} to ${problem.earliest - 1} of partition ${problem.partition} were deleted before they were read (the partition holds ${problem.earliest} to ${problem.latest - 1})`
        : `offset ${problem.offset} of partition ${problem.partition} does not exist (the partition holds ${problem.earliest} to ${problem.latest - 1})`;
    case 'corrupt_batch':
      return `damaged record batch at offset ${problem.offset} of partition ${problem.partition}: ${problem.message}`;
    case 'refused':
      return `the broker refuses partition ${problem.partition}: ${problem.message}`;
  }
}

/** The problems of the moment by what they concern, and the status that follows from them. */
export class ProblemList {
  readonly #problems = new Map<string, ReaderProblem>();
  readonly #onProblem: (problem: ReaderProblem) => void;
  readonly #onStatus: (status: ReaderStatus) => void;
  #started = false;
  #stopped: ReaderProblem | undefined;

  constructor(onProblem: (problem: ReaderProblem) => void, onStatus: (status: ReaderStatus) => void) {
    this.#onProblem = onProblem;
    this.#onStatus = onStatus;
  }

  get stopped(): boolean {
    return this.#stopped !== undefined;
  }

  status(): ReaderStatus {
    if (this.#stopped !== undefined) return {state: 'stopped', everRead: this.#started, problem: this.#stopped};
    const first = this.#problems.values().next().value;
    if (first !== undefined) return {state: 'retrying', everRead: this.#started, problem: first};
    return {state: this.#started ? 'reading' : 'starting', everRead: this.#started};
  }

  /** When the problem under this key began, for those that tell. */
  since(key: string): number {
    const problem = this.#problems.get(key);
    return problem !== undefined && 'since' in problem ? problem.since : Date.now();
  }

  report(key: string, problem: ReaderProblem): void {
    if (this.#stopped !== undefined) return;
    this.#problems.set(key, problem);
    this.#onProblem(problem);
    this.#onStatus(this.status());
  }

  stop(problem: ReaderProblem): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = problem;
    this.#onProblem(problem);
    this.#onStatus(this.status());
  }

  clear(key: string): void {
    if (this.#problems.delete(key)) this.#onStatus(this.status());
  }

  /** The first fetch has been answered. */
  started(): void {
    if (this.#started) return;
    this.#started = true;
    this.#onStatus(this.status());
  }
}

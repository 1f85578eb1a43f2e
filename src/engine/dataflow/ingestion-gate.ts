import type {SqlError} from '../../common/sql-error.ts';
import type {MemoryLimit} from './memory-limit.ts';

/** After how long a failed step is tried again, in ms. */
const RETRY_MS = 1000;

/**
 * Whether live steps may take records. They may not while the memory is used up, nor for a moment after a step that failed: its records
 * stay queued and are taken again, so that a full disk loses nothing and is noticed to have room again.
 */
export class IngestionGate {
  readonly #memory: MemoryLimit;
  #failure: {readonly message: string; readonly retryAt: number} | undefined;

  constructor(memory: MemoryLimit) {
    this.#memory = memory;
  }

  /** A step was undone. Whether this is news. */
  failed(error: SqlError, now: number): boolean {
    const news = this.#failure?.message !== error.message;
    this.#failure = {message: error.message, retryAt: now + RETRY_MS};
    return news;
  }

  /** A step was published, or what there is has changed: a failure may be over. */
  succeeded(): void {
    this.#failure = undefined;
  }

  /** Whether a step may begin now. */
  isOpen(now: number): boolean {
    if (this.#memory.exceeded(now) !== undefined) return false;
    return this.#failure === undefined || now >= this.#failure.retryAt;
  }

  /** How long it stays closed unless something happens, in ms. */
  closedFor(now: number): number {
    const memory = this.#memory.exceeded(now) === undefined ? 0 : RETRY_MS;
    return Math.max(memory, this.#failure === undefined ? 0 : Math.max(1, this.#failure.retryAt - now));
  }

  /** Why ingestion rests, in words; undefined = it does not. */
  reason(now: number): string | undefined {
    return this.#memory.exceeded(now) ?? this.#failure?.message;
  }
}

import {sqlError, type SqlError} from '../../common/sql-error.ts';
import {SavedRows} from './saved-rows.ts';

const DEFAULT_SAVED_BYTES = 256 * 1024 * 1024;

/** A pinned step of one store: readers under it see the rows as they were, whatever was written since. Call `release` once for each `pin`. */
export class Pin {
  /** Rows that changed after this step and before the next younger pin of the store. */
  readonly saved: SavedRows;
  /** Published step of the store. */
  readonly step: number;
  readonly rowCount: number;
  /** Row ids from here on did not exist. */
  readonly limit: number;
  readers = 1;
  #expired = false;
  #charged = 0;
  readonly #budget: SnapshotBudget;
  readonly #trim: () => void;

  constructor(args: {stride: number; step: number; rowCount: number; limit: number; budget: SnapshotBudget; trim: () => void}) {
    this.saved = new SavedRows(args.stride);
    this.step = args.step;
    this.rowCount = args.rowCount;
    this.limit = args.limit;
    this.#budget = args.budget;
    this.#trim = args.trim;
  }

  /** No reader can need it any more, but for older pins. */
  get idle(): boolean {
    return this.readers === 0 || this.#expired;
  }

  checkUsable(): void {
    if (this.#expired) throw snapshotTooOld();
  }

  release(): void {
    if (this.readers > 0) this.readers--;
    this.#trim();
  }

  expire(): void {
    this.#expired = true;
    this.#trim();
  }

  /** Accounts for what was added to `saved`. */
  charge(): void {
    const bytes = this.saved.byteLength();
    this.#budget.charge(bytes - this.#charged);
    this.#charged = bytes;
  }

  /** The store has let go of it. */
  drop(): void {
    this.#budget.forget(this, this.#charged);
    this.#charged = 0;
    this.saved.clear();
  }
}

function snapshotTooOld(): SqlError {
  return sqlError('snapshot_too_old', 'snapshot too old: the rows it needs were given up', {
    hint: 'Too much changed while this transaction or cursor was open. Read in shorter transactions, or raise the limit for saved rows.',
  });
}

/** Bounds the bytes saved for all pins of a process: beyond it the oldest pin expires. */
export class SnapshotBudget {
  readonly #limit: number;
  readonly #pins: Pin[] = [];
  usedBytes = 0;

  constructor(limit = DEFAULT_SAVED_BYTES) {
    this.#limit = limit;
  }

  add(pin: Pin): void {
    this.#pins.push(pin);
  }

  charge(bytes: number): void {
    this.usedBytes += bytes;
    while (this.usedBytes > this.#limit && this.#pins.length > 0) {
      const oldest = this.#pins.shift()!;
      oldest.expire();
    }
  }

  forget(pin: Pin, bytes: number): void {
    this.usedBytes -= bytes;
    const at = this.#pins.indexOf(pin);
    if (at >= 0) this.#pins.splice(at, 1);
  }
}

/** Used by stores that are given no budget of their own. */
export const PROCESS_SNAPSHOT_BUDGET = new SnapshotBudget();

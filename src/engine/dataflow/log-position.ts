/** Where an embedded stream goes on: the offset of its next row. Rows that are refused or dropped keep theirs, so it cannot be counted. */
export class LogPosition {
  #published = 0;
  #next = 0;

  /** As of the published step. */
  get published(): number {
    return this.#published;
  }

  /** As of the step in progress. */
  get next(): number {
    return this.#next;
  }

  /** Rows of the step in progress have got their offsets. */
  advance(rows: number): void {
    this.#next += rows;
  }

  /** What a checkpoint or a journalled step says. */
  set(next: number): void {
    this.#next = this.#published = next;
  }

  publish(): void {
    this.#published = this.#next;
  }

  rollback(): void {
    this.#next = this.#published;
  }
}

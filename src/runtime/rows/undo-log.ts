import {TOUCH_WORD} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {SavedRows} from './saved-rows.ts';

/**
 * The rows that the running step has touched, as they were before: a sparse set whose dense side is `ids` and whose sparse side is the
 * touch word of each row, so that neither membership nor emptying costs anything. It is also the list of what changed.
 */
export class UndoLog extends SavedRows {
  readonly #rows: RowPages;

  constructor(rows: RowPages) {
    super(rows.stride);
    this.#rows = rows;
  }

  override slotOf(id: number): number {
    const {ints, shift, mask, stride} = this.#rows;
    const slot = ints[id >> shift]![(id & mask) * stride + TOUCH_WORD]!;
    return slot >= 0 && slot < this.count && this.ids[slot] === id ? slot : -1;
  }
}

import {compareStoredFields} from '../../rows/compare-stored.ts';
import type {Field} from '../../rows/row-layout.ts';
import type {RowStore} from '../../rows/row-store.ts';
import type {SortColumn} from '../sort-order.ts';
import type {Reach} from './analytic-spec.ts';

/** Tells from two stored rows whether one is in the frame of the other, for frames up to values of the sort column. */
export class ValueReach {
  readonly #store: RowStore;
  readonly #sort: SortColumn;
  readonly #key: Field;
  readonly #starts: readonly Field[];
  readonly #ends: readonly Field[];

  constructor(store: RowStore, sort: SortColumn, reaches: readonly Extract<Reach, {kind: 'values'}>[]) {
    const {fields} = store.layout;
    this.#store = store;
    this.#sort = sort;
    this.#key = fields[sort.column]!;
    this.#starts = reaches.map(({start}) => fields[start ?? sort.column]!);
    this.#ends = reaches.map(({end}) => fields[end ?? sort.column]!);
  }

  /** Whether some frame of row `of` begins at or before row `other`. */
  beginsBefore(of: number, other: number): boolean {
    return this.#reaches(this.#starts, of, other, 1);
  }

  /** Whether some frame of row `of` ends at or behind row `other`. */
  endsBehind(of: number, other: number): boolean {
    return this.#reaches(this.#ends, of, other, -1);
  }

  #reaches(edges: readonly Field[], of: number, other: number, side: 1 | -1): boolean {
    const {pages, arena} = this.#store;
    // Without a value: peers, and nobody else.
    if (this.#isNull(of) || this.#isNull(other)) return this.#isNull(of) && this.#isNull(other);
    const sign = this.#sort.descending ? -side : side;
    for (let e = 0; e < edges.length; e++) {
      if (sign * compareStoredFields(pages, arena, edges[e]!, of, this.#key, other, this.#sort.order) <= 0) return true;
    }
    return false;
  }

  #isNull(row: number): boolean {
    const {ints, shift, mask, stride} = this.#store.pages;
    return (ints[row >> shift]![(row & mask) * stride + this.#key.nullWord]! & this.#key.nullMask) !== 0;
  }
}

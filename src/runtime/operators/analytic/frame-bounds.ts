import {unreachable} from '../../../common/unreachable.ts';
import {BatchBuilder} from '../../batch/batch-builder.ts';
import type {Schema} from '../../batch/batch.ts';
import {rowOrder, type RowOrder, type SortColumn} from '../sort-order.ts';
import {rowsFrom, type Frame, type FrameBound} from './analytic-spec.ts';
import type {PartitionSlice} from './partition-slice.ts';

/**
 * The frames of rows of a slice: positions `starts[i] … ends[i]` (exclusive; empty where not smaller) for the position `from + i`, before
 * exclusion. Both never decrease.
 */
export class FrameBounds {
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  readonly #frame: Frame;
  readonly #schema: Schema;
  readonly #sort: readonly SortColumn[];

  constructor(frame: Frame, schema: Schema, sort: readonly SortColumn[]) {
    this.#frame = frame;
    this.#schema = schema;
    this.#sort = sort;
  }

  /** Finds the frames of the positions `from … to`. */
  find(slice: PartitionSlice, from: number, to: number): void {
    if (this.starts.length < to - from) {
      this.starts = new Int32Array(to - from + 64);
      this.ends = new Int32Array(to - from + 64);
    }
    this.#fill(this.#frame.start, false, slice, from, to, this.starts);
    this.#fill(this.#frame.end, true, slice, from, to, this.ends);
  }

  #fill(bound: FrameBound, isEnd: boolean, slice: PartitionSlice, from: number, to: number, out: Int32Array): void {
    const {count} = slice;
    if (bound.bound === 'unbounded-preceding') out.fill(0, 0, to - from);
    else if (bound.bound === 'unbounded-following') out.fill(count, 0, to - from);
    else if (this.#frame.mode === 'rows') {
      const distance = rowsFrom(bound) + (isEnd ? 1 : 0);
      for (let i = from; i < to; i++) out[i - from] = Math.max(0, Math.min(count, i + distance));
    } else if (bound.bound === 'current-row') {
      const peers = isEnd ? slice.afterPeers : slice.firstPeer;
      for (let i = from; i < to; i++) out[i - from] = peers[i]!;
    } else if ('edge' in bound) this.#fillRange(bound.edge, isEnd, slice, from, to, out);
    else this.#fillGroups(rowsFrom(bound), isEnd, slice, from, to, out);
  }

  #fillGroups(distance: number, isEnd: boolean, slice: PartitionSlice, from: number, to: number, out: Int32Array): void {
    const starts: number[] = [];
    const groupOf = new Int32Array(slice.count);
    for (let at = 0; at < slice.count; at = slice.afterPeers[at]!) {
      groupOf.fill(starts.length, at, slice.afterPeers[at]!);
      starts.push(at);
    }
    for (let i = from; i < to; i++) {
      const group = groupOf[i]! + distance + (isEnd ? 1 : 0);
      out[i - from] = group < 0 ? 0 : group >= starts.length ? slice.count : starts[group]!;
    }
  }

  /** The frame reaches to the first row that is not before (as its end: behind) the row's edge; a row without one has its peers. */
  #fillRange(edge: number, isEnd: boolean, slice: PartitionSlice, from: number, to: number, out: Int32Array): void {
    const [key] = this.#sort;
    if (key === undefined) throw new Error('internal error: RANGE with an offset needs an order');
    const {count} = slice;
    const own = slice.column(key.column).validity;
    const compare = this.#edgeOrder(key, edge, slice);
    for (let i = from; i < to; i++) {
      if (own !== null && own[i] === 0) {
        out[i - from] = isEnd ? slice.afterPeers[i]! : slice.firstPeer[i]!;
        continue;
      }
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        const order = compare(middle, count + i);
        if (isEnd ? order <= 0 : order < 0) low = middle + 1;
        else high = middle;
      }
      out[i - from] = low;
    }
  }

  /** Compares sort keys, by position, with edges, by `count` + position. */
  #edgeOrder(key: SortColumn, edge: number, slice: PartitionSlice): RowOrder {
    const builder = new BatchBuilder([this.#schema[key.column]!]);
    builder.columns[0]!.appendRange(slice.column(key.column), 0, slice.count);
    builder.columns[0]!.appendRange(slice.column(edge), 0, slice.count);
    return rowOrder(builder.schema, [{...key, column: 0}], [builder.columns[0]!.build()]);
  }
}

/** Whether position `j` counts in the frame of position `i`. */
export function isIncluded(exclude: Frame['exclude'], slice: PartitionSlice, i: number, j: number): boolean {
  switch (exclude) {
    case 'no-others':
      return true;
    case 'current-row':
      return i !== j;
    case 'group':
      return !slice.arePeers(i, j);
    case 'ties':
      return i === j || !slice.arePeers(i, j);
    default:
      return unreachable(exclude);
  }
}

import {isInfiniteTimestamp} from '../../../types/date-time-limits.ts';
import {TIMESTAMP_INFINITY} from '../../../types/datum.ts';
import type {Int64ColumnBuilder} from '../../batch/int64-column-builder.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import type {PartitionSlice} from './partition-slice.ts';

/** Whether rows at two times are in one session. NaN, no time, is in none. */
export function areLinked(a: number, b: number, gap: number): boolean {
  return a === b || Math.abs(a - b) < gap;
}

/** Appends the beginnings or the ends of the sessions of positions `from … to`, which hold whole sessions in the order of time. */
export function appendSessions(
  slice: PartitionSlice,
  column: number,
  gap: number,
  ends: boolean,
  from: number,
  to: number,
  out: Int64ColumnBuilder,
): void {
  const times = slice.column(column);
  if (times.form !== 'i64n' && times.form !== 'i64w') throw formMismatch('i64', times);
  const {validity} = times;
  for (let first = from; first < to;) {
    if (validity !== null && validity[first] === 0) {
      out.appendNull();
      first++;
      continue;
    }
    let last = first;
    while (
      last + 1 < to &&
      (validity === null || validity[last + 1] !== 0) &&
      areLinked(Number(times.values[last]!), Number(times.values[last + 1]!), gap)
    )
      last++;
    const bound = times.values[ends ? last : first]!;
    const value = typeof bound === 'number' ? bound + (ends ? gap : 0) : bound;
    for (let i = first; i <= last; i++) {
      if (typeof value === 'number' && Number.isSafeInteger(value)) out.append(value);
      else out.appendBigint(ends ? endOf(BigInt(bound), gap) : BigInt(bound));
    }
    first = last + 1;
  }
}

function endOf(last: bigint, gap: number): bigint {
  if (isInfiniteTimestamp(last)) return last;
  const end = last + BigInt(gap);
  return end < TIMESTAMP_INFINITY ? end : TIMESTAMP_INFINITY;
}

import {OPEN_BRACE, skipSpace} from './characters';
import {decodeObject} from './decode-object';
import {arena, begin, beginRecord, deferredCount, descriptors, serial, setArena} from './scratch';
import {hasHighByte, isUtf8} from './utf8';
import {HEADER_ROOT, OBJECT_NOT_NULL_COUNT, STOP_DEFERRED, STOP_END, STOP_RECORD} from '../json-layout';

let stop: i32 = 0;
let rows: i32 = 0;

/** Why `decode` returned last: STOP_*. */
export function stopReason(): i32 {
  return stop;
}
/** Rows that are finished; after STOP_DEFERRED the current record has the row of this number. */
export function rowCount(): i32 {
  return rows;
}
export function arenaEnd(): usize {
  return arena;
}
/** Serial of the record worked on last: the fields with this FIELD_SERIAL are the keys that were met in it. */
export function recordSerial(): i32 {
  return serial;
}
export function deferred(): i32 {
  return deferredCount;
}

/** Names the areas that the following calls of `decode` work on. */
export function prepare(block: usize, dataStart: usize, deferredList: usize, counting: bool): void {
  begin(block, dataStart, 0, deferredList, counting);
}

/**
 * Decodes the records [from, count) into rows from `row` on. Record i is the bytes [starts[i], ends[i]) + recordBase, or no value at all if
 * starts[i] < 0: then a row of NULLs. `sources` (0 = none) receives the record of each row. Returns the record at which it stopped.
 * Validity bytes of the rows to come must be 0. At least 128 bytes after the last record must be readable.
 */
export function decode(
  starts: usize,
  ends: usize,
  from: i32,
  count: i32,
  row: i32,
  arenaStart: usize,
  recordBase: usize,
  sources: usize,
): i32 {
  const root = descriptors + load<u32>(descriptors, HEADER_ROOT);
  setArena(arenaStart);
  rows = row;
  for (let i = from; i < count; i++) {
    beginRecord(<usize>rows);
    if (sources != 0) store<i32>(sources + (<usize>rows << 2), i);
    const start = load<i32>(starts + (<usize>i << 2));
    const arenaBefore = arena;
    if (start >= 0) {
      if (!decodeRecord(root, recordBase + <usize>start, recordBase + <usize>load<i32>(ends + (<usize>i << 2)))) {
        setArena(arenaBefore);
        stop = STOP_RECORD;
        return i;
      }
      if (deferredCount != 0) {
        stop = STOP_DEFERRED;
        return i;
      }
    } else if (load<i32>(root, OBJECT_NOT_NULL_COUNT) != 0) {
      stop = STOP_RECORD;
      return i;
    }
    rows++;
  }
  stop = STOP_END;
  return count;
}

function decodeRecord(root: usize, start: usize, end: usize): bool {
  // A NUL after the record ends every scan: no token may contain it.
  const after = load<u8>(end);
  store<u8>(end, 0);
  let ok = !hasHighByte(start, end) || isUtf8(start, end);
  if (ok) {
    let p = skipSpace(start);
    ok = load<u8>(p) == OPEN_BRACE;
    if (ok) {
      p = decodeObject(root, p, 1);
      ok = p != 0 && skipSpace(p) == end;
    }
  }
  store<u8>(end, after);
  return ok;
}

/** Number of 1 bytes in [validity, validity + count). */
export function countPresent(validity: usize, count: i32): i32 {
  let sum = 0;
  let p = validity;
  const end = validity + <usize>count;
  for (; p + 8 <= end; p += 8) sum += <i32>popcnt<u64>(load<u64>(p));
  for (; p < end; p++) sum += <i32>load<u8>(p);
  return sum;
}

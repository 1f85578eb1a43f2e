// What one call works on. One kernel instance serves one thread, and a call leaves nothing behind that the next one needs.

/** Start of the descriptor block. */
export let descriptors: usize = 0;
/** Row that the current record becomes. */
export let row: usize = 0;
/** Serial of the current record: tells which keys it had. */
export let serial: i32 = 0;
/** Start of the bytes area: ranges are relative to it. */
export let dataStart: usize = 0;
/** Where the next unescaped text goes. */
export let arena: usize = 0;
/** The list of deferred values, and how many there are in the current record. */
export let deferredList: usize = 0;
export let deferredCount: i32 = 0;
/** Whether keys are counted. */
export let counting: bool = false;

export function begin(block: usize, bytes: usize, arenaStart: usize, deferred: usize, count: bool): void {
  descriptors = block;
  dataStart = bytes;
  arena = arenaStart;
  deferredList = deferred;
  counting = count;
}

// @ts-ignore: decorator
@inline
export function beginRecord(rowIndex: usize): void {
  row = rowIndex;
  serial++;
  deferredCount = 0;
}

// @ts-ignore: decorator
@inline
export function setArena(p: usize): void {
  arena = p;
}

// @ts-ignore: decorator
@inline
export function takeDeferredSlot(): i32 {
  return deferredCount++;
}

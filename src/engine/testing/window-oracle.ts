/** A row of a stream: its event time, and the step that took it in. Times in ms. */
export type TimedRow = {readonly offset: number; readonly step: number; readonly time: number; readonly value: number};
export type WindowContents = {readonly start: number; readonly count: number; readonly sum: number};

/**
 * Tumbling windows by brute force, row by row: what a view over them must hold, what must have been emitted, and which rows were late.
 * Rows of steps up to `openedAt` were there before the view: none of them is late.
 */
export function tumble(
  rows: readonly TimedRow[],
  {size, delay, openedAt}: {readonly size: number; readonly delay: number; readonly openedAt: number},
): {readonly windows: WindowContents[]; readonly closed: WindowContents[]; readonly late: number[]} {
  const windows = new Map<number, {start: number; count: number; sum: number}>();
  const late: number[] = [];
  let [before, watermark] = [-Infinity, -Infinity];
  let step = -1;
  for (const row of rows) {
    if (row.step !== step) [before, step] = [watermark, row.step];
    watermark = Math.max(watermark, row.time - delay);
    const start = Math.floor(row.time / size) * size;
    if (row.step > openedAt && start + size <= before) {
      late.push(row.offset);
      continue;
    }
    const window = windows.get(start) ?? {start, count: 0, sum: 0};
    window.count++;
    window.sum += row.value;
    windows.set(start, window);
  }
  const all = [...windows.values()].sort((a, b) => a.start - b.start);
  return {windows: all, closed: all.filter(({start}) => start + size <= watermark), late};
}

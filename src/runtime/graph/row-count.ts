import type {Batch} from '../batch/batch.ts';

/** Rows that passed somewhere, each as often as its weight says; `retracted` of them with a weight below 0. */
export class RowCount {
  rows = 0;
  retracted = 0;

  add(rows: number, retracted: number): void {
    this.rows += rows;
    this.retracted += retracted;
  }
}

/** One for all: read it before the next call. */
const counted = {rows: 0, retracted: 0};

/** The rows of a batch. */
export function countRows({length, weights}: Batch): {readonly rows: number; readonly retracted: number} {
  let net = length;
  let retracted = 0;
  if (weights !== null) {
    net = 0;
    for (let row = 0; row < length; row++) {
      const weight = weights[row]!;
      net += weight;
      retracted -= weight & (weight >> 31);
    }
  }
  counted.rows = net + 2 * retracted;
  counted.retracted = retracted;
  return counted;
}

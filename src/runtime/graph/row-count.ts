import type {Batch} from '../batch/batch.ts';

/** Rows of a batch, each as often as its weight says; `retracted` of them with a weight below 0. */
export type BatchRows = {readonly rows: number; readonly retracted: number};

/** Rows that have passed somewhere. */
export class RowCount {
  rows = 0;
  retracted = 0;

  add({rows, retracted}: BatchRows): void {
    this.rows += rows;
    this.retracted += retracted;
  }
}

export function countRows({length, weights}: Batch): BatchRows {
  if (weights === null) return {rows: length, retracted: 0};
  let net = 0;
  let retracted = 0;
  for (let row = 0; row < length; row++) {
    const weight = weights[row]!;
    net += weight;
    retracted -= weight & (weight >> 31);
  }
  return {rows: net + 2 * retracted, retracted};
}

import {sqlError} from '../../common/sql-error.ts';
import type {WindowDefinition} from '../definition.ts';
import {window} from './window-definer.ts';

const order = {reads: 'order'} as const;
const partition = {reads: 'partition'} as const;

/** Where a row stands in the order of its partition. */
export const RANKING_FUNCTIONS: readonly WindowDefinition[] = [
  window('row_number', 3100, '', 'int8', 'Number of the row in its partition, from 1', order, row => BigInt(row + 1)),
  window('rank', 3101, '', 'int8', 'Number of the first row that is equal in order', order, (row, p) => BigInt(p.firstPeer(row) + 1)),
  window('dense_rank', 3102, '', 'int8', 'Number of the group of rows that are equal in order', order, (row, p) =>
    BigInt(p.groupsBefore(row) + 1),
  ),
  window('percent_rank', 3103, '', 'float8', 'Relative rank: (rank - 1) / (rows - 1)', partition, (row, p) =>
    p.length <= 1 ? 0 : p.firstPeer(row) / (p.length - 1),
  ),
  window(
    'cume_dist',
    3104,
    '',
    'float8',
    'Share of the rows that come before or are equal in order',
    partition,
    (row, p) => p.afterPeers(row) / p.length,
  ),
  window(
    'ntile',
    3105,
    'int4',
    'int4',
    'Number of the bucket, of as many as said, into which the partition is divided',
    partition,
    (row, p) => {
      // The argument is that of the first row that has one; rows before it are in no bucket.
      const first = Array.from({length: row + 1}, (_, i) => i).find(i => p.argument(0, i) !== null);
      const buckets = first === undefined ? null : p.argument(0, first);
      if (first === undefined || typeof buckets !== 'number') return null;
      if (buckets <= 0) throw sqlError('invalid_argument_for_ntile_function', 'argument of ntile must be greater than zero');
      return bucketOf(row - first, p.length, buckets);
    },
  ),
];

/** The first buckets have one row more where the division leaves a rest. */
function bucketOf(row: number, rows: number, buckets: number): number {
  const size = Math.floor(rows / buckets);
  const larger = rows % buckets;
  const inLarger = larger * (size + 1);
  return row < inLarger ? Math.floor(row / (size + 1)) + 1 : larger + Math.floor((row - inLarger) / size) + 1;
}

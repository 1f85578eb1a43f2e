import {sqlError} from '../../common/sql-error.ts';
import type {Datum} from '../../types/datum.ts';
import type {WindowDefinition, WindowPartition} from '../definition.ts';
import {window} from './window-definer.ts';

const partition = {reads: 'partition'} as const;
const frame = {reads: 'frame'} as const;

const LAG = 'Value of an earlier row of the partition: one before, or as many as said; else NULL or the third argument';
const LEAD = 'Value of a later row of the partition: one after, or as many as said; else NULL or the third argument';

/** The value `direction` times the second argument away; the third argument, or NULL, where there is no such row. */
function shifted(row: number, p: WindowPartition, direction: 1 | -1, args: number): Datum {
  const distance = args > 1 ? p.argument(1, row) : 1;
  if (typeof distance !== 'number') return null;
  const other = row + direction * distance;
  if (other >= 0 && other < p.length) return p.argument(0, other);
  return args > 2 ? p.argument(2, row) : null;
}

function shifts(name: 'lag' | 'lead', direction: 1 | -1, oid: number, doc: string): readonly WindowDefinition[] {
  return ['anyelement', 'anyelement,int4', 'anycompatible,int4,anycompatible'].map((args, i) =>
    window(name, oid + i, args, i === 2 ? 'anycompatible' : 'anyelement', doc, partition, (row, p) => shifted(row, p, direction, i + 1)),
  );
}

function valueAt(p: WindowPartition, row: number | undefined): Datum {
  return row === undefined ? null : p.argument(0, row);
}

/** Values of other rows. */
export const VALUE_FUNCTIONS: readonly WindowDefinition[] = [
  ...shifts('lag', -1, 3106, LAG),
  ...shifts('lead', 1, 3109, LEAD),
  window('first_value', 3112, 'anyelement', 'anyelement', 'Value of the first row of the frame', frame, (row, p) =>
    valueAt(p, p.frame(row)[0]),
  ),
  window('last_value', 3113, 'anyelement', 'anyelement', 'Value of the last row of the frame', frame, (row, p) =>
    valueAt(p, p.frame(row).at(-1)),
  ),
  window(
    'nth_value',
    3114,
    'anyelement,int4',
    'anyelement',
    'Value of the n-th row of the frame, from 1; NULL without',
    frame,
    (row, p) => {
      const n = p.argument(1, row);
      if (typeof n !== 'number') return null;
      if (n <= 0) throw sqlError('invalid_argument_for_nth_value_function', 'argument of nth_value must be greater than zero');
      return valueAt(p, p.frame(row)[n - 1]);
    },
  ),
];

import {rowAt} from '../../codegen/datum-column.ts';
import {sqlError, type SqlError} from '../../common/sql-error.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {encodeText} from '../../types/text-codec.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {WriteTarget} from './write-target.ts';

/** Longest value in an error's detail, in bytes, as in PostgreSQL. */
const MAX_VALUE_BYTES = 64;

function valueText(datum: Datum, type: SqlType, settings: TextSettings): string {
  return datum === null ? 'null' : encodeText(type, datum, settings);
}

function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_VALUE_BYTES) return text;
  let end = MAX_VALUE_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return `${bytes.toString('utf8', 0, end)}...`;
}

/** 23502 if a row of the batch has NULL in a column that is NOT NULL; `first` is called with that row before. */
export function checkNotNull(target: WriteTarget, batch: Batch, settings: TextSettings, first?: (row: number) => void): void {
  for (let row = 0; row < batch.length; row++) {
    for (let c = 0; c < batch.columns.length; c++) {
      if (!target.columns[c]!.notNull) continue;
      const {validity} = batch.columns[c]!;
      if (validity === null || validity[row] !== 0) continue;
      first?.(row);
      throw nullViolation(target, batch, row, c, settings);
    }
  }
}

function nullViolation(target: WriteTarget, batch: Batch, row: number, column: number, settings: TextSettings): SqlError {
  const types = target.columns.map(c => c.type);
  const values = rowAt(batch, types, row).map((datum, i) => shortened(valueText(datum, types[i]!, settings)));
  const {name} = target.columns[column]!;
  return sqlError('not_null_violation', `null value in column "${name}" of relation "${target.name}" violates not-null constraint`, {
    detail: `Failing row contains (${values.join(', ')}).`,
    table: target.name,
    column: name,
  });
}

/** 23505 for the key of a row. */
export function duplicateKey(target: WriteTarget, batch: Batch, row: number, settings: TextSettings): SqlError {
  const columns = target.primaryKey.map(c => target.columns[c]!);
  const values = rowAt(
    pickColumns(batch, target.primaryKey),
    columns.map(c => c.type),
    row,
  ).map((datum, i) => valueText(datum, columns[i]!.type, settings));
  return sqlError('unique_violation', `duplicate key value violates unique constraint "${target.primaryKeyName}"`, {
    detail: `Key (${columns.map(c => c.name).join(', ')})=(${values.join(', ')}) already exists.`,
    table: target.name,
    constraint: target.primaryKeyName,
  });
}

/** 21000: two proposed rows of one ON CONFLICT DO UPDATE have the same key. */
export function affectedTwice(): SqlError {
  return sqlError('cardinality_violation', 'ON CONFLICT DO UPDATE command cannot affect row a second time', {
    hint: 'Ensure that no rows proposed for insertion within the same command have duplicate constrained values.',
  });
}

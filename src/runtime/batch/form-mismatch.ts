import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Column} from './column.ts';

/** A column came in a form that its physical kind does not have: a defect of whoever built the batch. */
export function formMismatch(kind: PhysicalKind, column: Column): Error {
  return new Error(`internal error: a column of kind ${kind} came in form ${column.form}`);
}

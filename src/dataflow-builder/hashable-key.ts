import {physicalOf, type SqlType} from '../types/sql-type.ts';

/**
 * Whether two values of a type are equal in SQL exactly when their stored forms are, so that a hash index can look them up. Not so where one
 * value has several spellings in bytes: '1 mon' and '30 days', 1.0 and 1.00 inside jsonb or an array, blanks behind bpchar.
 */
export function isHashableKey(type: SqlType): boolean {
  switch (type.kind) {
    case 'bpchar':
    case 'interval':
    case 'jsonb':
    case 'anyarray':
    case 'record':
      return false;
    case 'array':
      return isHashableItem(type.element);
    case 'composite':
      return type.fields.every(field => isHashableItem(field.type));
    default:
      return true;
  }
}

/** Inside arrays and rows floats keep −0 and numerics their display scale. */
function isHashableItem(type: SqlType): boolean {
  const kind = physicalOf(type);
  return kind !== 'f64' && kind !== 'decimal' && isHashableKey(type);
}

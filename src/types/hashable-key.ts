import {physicalOf, type SqlType} from './sql-type.ts';

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

/** Whether values that are equal in SQL also print alike: not 0 and −0, not 1.0 and 1.00, nor anything that is no hashable key. */
export function printsAsOne(type: SqlType): boolean {
  switch (physicalOf(type)) {
    case 'f64':
      return false;
    case 'decimal':
      return type.kind === 'numeric' && type.scale !== undefined;
    default:
      return isHashableKey(type);
  }
}

/** Types whose values say of themselves what they are: they have no key bytes (see key-bytes.ts) and are compared pair by pair. */
export const hasKeyBytes = (type: SqlType): boolean => type.kind !== 'anyarray' && type.kind !== 'record';

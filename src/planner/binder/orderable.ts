import {sqlError} from '../../common/sql-error.ts';
import {formatTypeName} from '../../types/format-type.ts';
import type {SqlType} from '../../types/sql-type.ts';

/** Types without equality (and so without order): they cannot be grouped, made distinct, joined or sorted by. */
export function isComparable(type: SqlType): boolean {
  switch (type.kind) {
    case 'json':
    case 'pg_node_tree':
    case 'void':
    case 'trigger':
      return false;
    case 'array':
      return isComparable(type.element);
    case 'composite':
      return type.fields.every(f => isComparable(f.type));
    default:
      return true;
  }
}

/** Errors: 42883 for types that cannot be sorted. */
export function requireOrdering(type: SqlType, position: number | undefined): void {
  if (isComparable(type) && type.kind !== 'xid' && type.kind !== 'aclitem') return;
  throw sqlError('undefined_function', `could not identify an ordering operator for type ${formatTypeName(type)}`, {
    position,
    hint: 'Use an explicit ordering operator or modify the query.',
  });
}

/** Errors: 42883 for types that cannot be compared for equality. */
export function requireEquality(type: SqlType, position?: number): void {
  if (isComparable(type)) return;
  throw sqlError('undefined_function', `could not identify an equality operator for type ${formatTypeName(type)}`, {position});
}

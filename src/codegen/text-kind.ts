import type {SqlType} from '../types/sql-type.ts';

/** Types whose column bytes are the UTF-8 of their datum, a string. */
export function isTextKind(type: SqlType): boolean {
  switch (type.kind) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'name':
    case 'char':
    case 'json':
    case 'pg_node_tree':
    case 'aclitem':
    case 'unknown':
    case 'void':
    case 'trigger':
      return true;
    default:
      return false;
  }
}

/** Types of physical kind i64 whose datum is a number. */
export function isNumberDatum(type: SqlType): boolean {
  switch (type.kind) {
    case 'oid':
    case 'xid':
    case 'regclass':
    case 'regtype':
    case 'regproc':
    case 'regnamespace':
    case 'regrole':
      return true;
    default:
      return false;
  }
}

/** Types that compare as their bytes do. */
export function comparesAsBytes(type: SqlType): boolean {
  switch (type.kind) {
    case 'text':
    case 'varchar':
    case 'name':
    case 'char':
    case 'bytea':
    case 'uuid':
      return true;
    default:
      return false;
  }
}

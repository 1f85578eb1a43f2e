import {functionById} from '../../functions/registry.ts';
import {withoutModifiers} from '../../functions/polymorphism.ts';
import {sameType, type SqlType, type TypeKind} from '../../types/sql-type.ts';
import {some} from './map-expression.ts';
import type {TypedExpression} from './typed-expression.ts';

/**
 * Whether evaluation may raise an error for some row. Such an expression must not be evaluated on rows that another conjunct or a join of the
 * query removes.
 */
export function isFallible(e: TypedExpression): boolean {
  return some(e, n => {
    if (n.kind === 'call') return functionById(n.function).fallible;
    if (n.kind === 'cast') return !isSafeCast(n.arg.type, n.type, n.explicit);
    if (n.kind === 'quantified') return typeof n.op !== 'string' && functionById(n.op.function).fallible;
    return false;
  });
}

const SAFE: Partial<Record<TypeKind, readonly TypeKind[]>> = {
  int2: ['int4', 'int8', 'numeric', 'float4', 'float8'],
  int4: ['int8', 'numeric', 'float4', 'float8', 'bool'],
  int8: ['numeric', 'float4', 'float8'],
  float4: ['float8'],
  bool: ['int4'],
  oid: ['regclass', 'regtype', 'regproc', 'regnamespace', 'regrole', 'int8'],
  regclass: ['oid', 'int8'],
  regtype: ['oid', 'int8'],
  regproc: ['oid', 'int8'],
  regnamespace: ['oid', 'int8'],
  regrole: ['oid', 'int8'],
  text: ['varchar', 'bpchar', 'name', 'char'],
  varchar: ['text', 'bpchar', 'name', 'char'],
  bpchar: ['text', 'varchar', 'name', 'char'],
  name: ['text', 'varchar', 'bpchar'],
  char: ['text', 'varchar', 'bpchar'],
  timestamp: ['date', 'time'],
  time: ['interval'],
  interval: ['time'],
  json: [],
  jsonb: ['json'],
  int2vector: ['array'],
  oidvector: ['array'],
};

function isSafeCast(from: SqlType, to: SqlType, explicit: boolean): boolean {
  const bare = withoutModifiers(to);
  // A cast that fits a length or precision may fail, except where a text is cut without a word.
  if (!sameType(bare, to) && !(explicit && to.kind !== 'numeric')) return false;
  if (sameType(withoutModifiers(from), bare)) return true;
  if (to.kind === 'text' || to.kind === 'varchar' || to.kind === 'bpchar') return from.kind !== 'unknown';
  return SAFE[from.kind]?.includes(to.kind) ?? false;
}

import type {Volatility} from '../../functions/definition.ts';
import {functionById} from '../../functions/registry.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {walk} from './map-expression.ts';
import type {TypedExpression} from './typed-expression.ts';

const RANK: Readonly<Record<Volatility, number>> = {immutable: 0, stable: 1, volatile: 2};

/** The least stable part of an expression: immutable = always the same value for the same row, stable = within one statement. */
export function volatilityOf(e: TypedExpression, zone: 'of-session' | 'fixed' = 'of-session'): Volatility {
  let worst: Volatility = 'immutable';
  const raise = (v: Volatility) => {
    if (RANK[v] > RANK[worst]) worst = v;
  };
  walk(e, n => {
    if (n.kind === 'call') raise(functionById(n.function).volatility);
    if (n.kind === 'quantified' && typeof n.op !== 'string') raise(functionById(n.op.function).volatility);
    if (n.kind === 'cast' && dependsOnSession(n.arg.type, n.type, zone)) raise('stable');
  });
  return worst;
}

/** Casts that read the session's time zone or the catalog. */
function dependsOnSession(from: SqlType, to: SqlType, zone: 'of-session' | 'fixed'): boolean {
  const isTime = (t: SqlType) => t.kind === 'timestamptz';
  const isName = (t: SqlType) => t.kind.startsWith('reg');
  const isNumber = (t: SqlType) => t.kind === 'oid' || t.kind === 'int4' || t.kind === 'int8' || t.kind === 'int2' || isName(t);
  if (zone === 'of-session' && isTime(from) !== isTime(to)) return true;
  return (isName(from) && !isNumber(to)) || (isName(to) && !isNumber(from));
}

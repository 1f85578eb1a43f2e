import {castDatum} from '../../../types/cast-datum.ts';
import type {Datum} from '../../../types/datum.ts';
import {withoutModifiers} from '../../../functions/polymorphism.ts';
import type {SqlType} from '../../../types/sql-type.ts';
import {columnBehind} from '../../expression/injective-cast.ts';
import {constant} from '../../expression/build-expression.ts';
import {FLIPPED} from '../../expression/compare-op.ts';
import {rewriteUp} from '../../expression/map-expression.ts';
import type {CompareOp, TypedExpression} from '../../expression/typed-expression.ts';
import {mapExpressions} from '../../logical/map-expressions.ts';
import type {Rule} from '../rule.ts';

/** `column::wider = constant` is `column = constant` where the constant has the column's type too: keys and plain kernels can use that. */
export const unwrapCasts: Rule = {
  name: 'unwrap-casts',
  apply: plan => {
    const unwrapped = mapExpressions(plan, e => rewriteUp(e, unwrap));
    return unwrapped === plan ? undefined : unwrapped;
  },
};

function unwrap(e: TypedExpression): TypedExpression {
  if (e.kind !== 'compare') return e;
  return unwrapSides(e.left, e.right, e.op, e) ?? unwrapSides(e.right, e.left, FLIPPED[e.op], e) ?? e;
}

function unwrapSides(
  cast: TypedExpression,
  value: TypedExpression,
  op: CompareOp,
  whole: Extract<TypedExpression, {kind: 'compare'}>,
): TypedExpression | undefined {
  const column = cast.kind === 'cast' ? columnBehind(cast) : undefined;
  if (column === undefined || value.kind !== 'constant' || value.value === null) return undefined;
  const type = withoutModifiers(column.type);
  const narrowed = narrow(value.value, value.type, type);
  return narrowed === undefined ? undefined : {...whole, op, left: column, right: constant(narrowed, type)};
}

/** The value in the narrower type, if it is exactly there. */
function narrow(value: Exclude<Datum, null>, from: SqlType, to: SqlType): Datum | undefined {
  switch (to.kind) {
    case 'varchar':
    case 'text':
      return from.kind === 'text' || from.kind === 'varchar' ? value : undefined;
    case 'int2':
    case 'int4':
    case 'int8': {
      const whole = integerOf(value);
      if (whole === undefined || BigInt.asIntN(BITS[to.kind], whole) !== whole) return undefined;
      return to.kind === 'int8' ? whole : Number(whole);
    }
    case 'name':
      return typeof value === 'string' && castDatum(value, from, to, {explicit: true}) === value ? value : undefined;
    default:
      return undefined;
  }
}

const BITS = {int2: 16, int4: 32, int8: 64} as const;

function integerOf(value: Exclude<Datum, null>): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'object' || !('tag' in value) || value.tag !== 'decimal' || value.special !== undefined) return undefined;
  const unit = 10n ** BigInt(value.scale);
  return value.unscaled % unit === 0n ? value.unscaled / unit : undefined;
}

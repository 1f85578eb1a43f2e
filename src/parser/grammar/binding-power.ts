import type {TokenType} from 'chevrotain';
import type {Expression} from '../ast/expression.ts';
import type {OperatorName} from '../ast/operator-name.ts';
import {K, T} from '../tokens/token-types.ts';

/** How tightly operators bind: PostgreSQL's table (4.1.6), loosest first. An operand is parsed with the least power that it may contain. */
export const POWER = {
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  comparison: 5,
  /** BETWEEN IN LIKE ILIKE SIMILAR */
  range: 6,
  /** all operators not named here */
  other: 8,
  sum: 9,
  product: 10,
  power: 11,
  atTimeZone: 12,
  collate: 13,
  sign: 14,
  /** `::`, `[]`, `.` */
  postfix: 15,
} as const;

const POWERS: readonly (readonly [number, readonly TokenType[]])[] = [
  [POWER.or, [K.or]],
  [POWER.and, [K.and]],
  [POWER.is, [K.is, K.isnull, K.notnull]],
  [POWER.comparison, [T.Equals, T.Less, T.Greater, T.LessEquals, T.GreaterEquals, T.NotEquals]],
  [POWER.range, [K.between, K.in, K.like, K.ilike, K.similar, T.NotAhead, K.overlaps]],
  [POWER.other, [T.Operator, K.operator]],
  [POWER.sum, [T.Plus, T.Minus]],
  [POWER.product, [T.Star, T.Slash, T.Percent]],
  [POWER.power, [T.Caret]],
  [POWER.atTimeZone, [K.at]],
  [POWER.collate, [K.collate]],
  [POWER.postfix, [T.DoubleColon, T.LBracket, T.Dot, T.DotBeforeStar]],
];

const BY_TYPE: number[] = [];
for (const [power, types] of POWERS) for (const type of types) BY_TYPE[type.tokenTypeIdx!] = power;

/** Power of the token as an infix or postfix operator; −1 if it is none. */
export function bindingPower(tokenTypeIdx: number): number {
  return BY_TYPE[tokenTypeIdx] ?? -1;
}

/**
 * The greatest power that an operator after `left` may have, if `left` does not end in a parenthesis. Where it ends in an operand, an operator
 * that binds tighter would have been part of that operand, were it not barred: comparisons, range tests and IS DISTINCT FROM do not associate,
 * so `a < b < c` and `a LIKE b LIKE c` are errors.
 */
export function ceiling(left: Expression): number {
  switch (left.kind) {
    case 'binary': {
      const power = infixPower(left.operator);
      return lowest(power === POWER.comparison ? power - 1 : power, left, left.right);
    }
    case 'between':
      return lowest(POWER.range - 1, left, left.high);
    case 'like':
      return lowest(POWER.range - 1, left, left.escape ?? left.pattern);
    case 'is-distinct-from':
      return lowest(POWER.is - 1, left, left.right);
    case 'function-call':
      return left.syntax === 'overlaps' ? POWER.range - 1 : Infinity;
    case 'and':
      return lowest(POWER.and, left, left.operands.at(-1)!);
    case 'or':
      return lowest(POWER.or, left, left.operands.at(-1)!);
    case 'at-time-zone':
      return lowest(POWER.atTimeZone, left, left.zone);
    case 'not':
      return lowest(POWER.not, left, left.operand);
    case 'unary':
      return lowest(prefixPower(left.operator), left, left.operand);
    default:
      return Infinity;
  }
}

/** Of `power` and what `last`, the last operand of `whole`, allows; nothing is barred after a parenthesis, which ends the whole but not the operand. */
function lowest(power: number, whole: Expression, last: Expression): number {
  return last.span.end === whole.span.end ? Math.min(power, ceiling(last)) : power;
}

/** Signs bind tightly; other prefix operators bind like infix ones. */
export function prefixPower(operator: OperatorName): number {
  return operator.schema.length === 0 && (operator.name === '-' || operator.name === '+') ? POWER.sign : POWER.other;
}

/** The power of an operator by its name alone. */
const INFIX_POWERS: ReadonlyMap<string, number> = new Map(
  POWERS.flatMap(([power, types]) => types.map((type): [string, number] => [type.LABEL ?? '', power])),
);

function infixPower(operator: OperatorName): number {
  return operator.schema.length === 0 ? (INFIX_POWERS.get(operator.name) ?? POWER.other) : POWER.other;
}

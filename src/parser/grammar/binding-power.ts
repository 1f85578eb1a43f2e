import type {TokenType} from 'chevrotain';
import type {Expression} from '../ast/expression.ts';
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

/** The power that may not follow `left` directly: `a < b < c` and `a LIKE b LIKE c` are errors. 0 = none. */
export function nonAssociativePower(left: Expression): number {
  switch (left.kind) {
    case 'binary':
      return left.operator.schema.length === 0 && COMPARISONS.has(left.operator.name) ? POWER.comparison : 0;
    case 'between':
    case 'like':
      return POWER.range;
    case 'is-distinct-from':
      return POWER.is;
    default:
      return 0;
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<', '>', '<=', '>=', '<>']);

import type {Expression} from './expression.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {SortItem} from './sort-item.ts';
import type {Span} from './span.ts';
import type {WindowReference} from './window.ts';

/**
 * How SQL spells a call that is not written `name(args)`. Such a call means PostgreSQL's built-in function, whatever the search path.
 * - `keyword`: COALESCE, NULLIF, GREATEST, LEAST, GROUPING: written like a call, but a keyword
 * - `value`: CURRENT_DATE, CURRENT_TIMESTAMP(3), SESSION_USER, …: no parentheses unless there is a precision
 * - `extract`: EXTRACT(f FROM x) = extract('f', x)
 * - `position`: POSITION(a IN b) = position(b, a): arguments in the function's order
 * - `substring`: SUBSTRING(x FROM a [FOR n]) = substring(x, a[, n])
 * - `substring-for`: SUBSTRING(x FOR n) = substring(x, 1, n)
 * - `substring-similar`: SUBSTRING(x SIMILAR p ESCAPE e) = substring(x, p, e)
 * - `trim`: TRIM([BOTH] c FROM x) = btrim(x, c), LEADING = ltrim, TRAILING = rtrim; without c one argument
 * - `overlay`: OVERLAY(x PLACING y FROM a [FOR n]) = overlay(x, y, a[, n])
 * - `overlaps`: (a, b) OVERLAPS (c, d) = overlaps(a, b, c, d)
 * - `normalize`: NORMALIZE(x [, NFC]) = normalize(x[, 'NFC'])
 * - `collation-for`: COLLATION FOR (x) = pg_collation_for(x)
 */
export type FunctionSyntax =
  | 'keyword'
  | 'value'
  | 'extract'
  | 'position'
  | 'substring'
  | 'substring-for'
  | 'substring-similar'
  | 'trim'
  | 'overlay'
  | 'overlaps'
  | 'normalize'
  | 'collation-for';

/** `x`, `name => x` (also written `:=`), `VARIADIC x`. */
export type FunctionArgument = {
  readonly kind: 'function-argument';
  readonly name: Identifier | undefined;
  readonly variadic: boolean;
  readonly value: Expression;
  readonly span: Span;
};

export type FunctionCall = {
  readonly kind: 'function-call';
  readonly name: QualifiedName;
  readonly args: readonly FunctionArgument[];
  /** `count(*)`: then `args` is empty. */
  readonly star: boolean;
  readonly distinct: boolean;
  /** ORDER BY inside the parentheses. */
  readonly orderBy: readonly SortItem[];
  /** PARTITION BY inside the parentheses: SESSION(…); absent if not written. */
  readonly partitionBy?: readonly Expression[] | undefined;
  /** WITHIN GROUP (ORDER BY …); empty if absent. */
  readonly withinGroup: readonly SortItem[];
  readonly filter: Expression | undefined;
  readonly nullTreatment: 'ignore' | 'respect' | undefined;
  readonly over: WindowReference | undefined;
  readonly syntax: FunctionSyntax | undefined;
  readonly span: Span;
};

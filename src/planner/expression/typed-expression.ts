import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';

/**
 * A bound, typed scalar expression: plain data (it crosses threads by structured clone), no names left. Implicit casts are explicit
 * nodes. Functions and operators are referred to by the id of their definition (functions/registry.ts).
 * `outer` and `subquery` exist in the logical plan only; lowering has removed them.
 */
export type TypedExpression =
  | InputExpression
  | {readonly kind: 'constant'; readonly type: SqlType; readonly value: Datum}
  /** `$n`, zero-based. */
  | {readonly kind: 'parameter'; readonly type: SqlType; readonly index: number}
  | CallExpression
  | {readonly kind: 'and' | 'or'; readonly type: SqlType; readonly args: readonly TypedExpression[]}
  | {readonly kind: 'not'; readonly type: SqlType; readonly arg: TypedExpression}
  /** Both sides have the same type; its btree order (text: collation C). NULL if either is. */
  | {
      readonly kind: 'compare';
      readonly type: SqlType;
      readonly op: CompareOp;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  /** IS [NOT] DISTINCT FROM; never NULL. */
  | {
      readonly kind: 'distinct';
      readonly type: SqlType;
      readonly negated: boolean;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  | {readonly kind: 'is-null'; readonly type: SqlType; readonly negated: boolean; readonly arg: TypedExpression}
  /** IS [NOT] TRUE | FALSE (UNKNOWN is is-null). */
  | {readonly kind: 'is-bool'; readonly type: SqlType; readonly negated: boolean; readonly value: boolean; readonly arg: TypedExpression}
  | {readonly kind: 'case'; readonly type: SqlType; readonly branches: readonly CaseBranch[]; readonly otherwise: TypedExpression}
  | {readonly kind: 'coalesce'; readonly type: SqlType; readonly args: readonly TypedExpression[]}
  /** greatest/least: NULLs are ignored. */
  | {readonly kind: 'extreme'; readonly type: SqlType; readonly which: 'greatest' | 'least'; readonly args: readonly TypedExpression[]}
  | {readonly kind: 'cast'; readonly type: SqlType; readonly explicit: boolean; readonly arg: TypedExpression}
  /** `arg op ANY/ALL (array)`; element type = arg's type. IN lists become this with an array constructor. */
  | {
      readonly kind: 'quantified';
      readonly type: SqlType;
      readonly quantifier: 'any' | 'all';
      readonly op: CompareOp | {readonly function: string};
      readonly arg: TypedExpression;
      readonly array: TypedExpression;
    }
  | {readonly kind: 'array'; readonly type: SqlType; readonly items: readonly TypedExpression[]}
  | {readonly kind: 'row'; readonly type: SqlType; readonly items: readonly TypedExpression[]}
  | {readonly kind: 'field'; readonly type: SqlType; readonly arg: TypedExpression; readonly index: number}
  | {
      readonly kind: 'subscript';
      readonly type: SqlType;
      readonly arg: TypedExpression;
      readonly index: TypedExpression;
      readonly upper?: TypedExpression | undefined;
    }
  /** Column `index` of the query `depth` levels out (1 = directly enclosing). */
  | {readonly kind: 'outer'; readonly type: SqlType; readonly depth: number; readonly index: number};

export type InputExpression = {readonly kind: 'input'; readonly type: SqlType; readonly index: number};
export type CallExpression = {
  readonly kind: 'call';
  readonly type: SqlType;
  readonly function: string;
  readonly args: readonly TypedExpression[];
};
export type CaseBranch = {readonly when: TypedExpression; readonly then: TypedExpression};
export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

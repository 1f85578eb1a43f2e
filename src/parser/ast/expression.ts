import type {FunctionCall} from './function-call.ts';
import type {Literal} from './literal.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {OperatorName} from './operator-name.ts';
import type {Query} from './query.ts';
import type {Span} from './span.ts';
import type {TypeName} from './type-name.ts';

/** `a`, `t.a`, `s.t.a`. Which part is a column, a table or a composite's field is the binder's business. */
export type ColumnRef = {readonly kind: 'column-ref'; readonly parts: readonly Identifier[]; readonly span: Span};
/** `*` (no qualifier), `t.*`, `s.t.*`. */
export type Star = {readonly kind: 'star'; readonly qualifier: readonly Identifier[]; readonly span: Span};
/** `$1`: index 1. */
export type Parameter = {readonly kind: 'parameter'; readonly index: number; readonly span: Span};

export type UnaryExpression = {
  readonly kind: 'unary';
  readonly operator: OperatorName;
  readonly operand: Expression;
  readonly span: Span;
};
export type BinaryExpression = {
  readonly kind: 'binary';
  readonly operator: OperatorName;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
};

/** At least two operands; `a AND b AND c` is one node. */
export type AndExpression = {readonly kind: 'and'; readonly operands: readonly Expression[]; readonly span: Span};
/** At least two operands; `a OR b OR c` is one node. */
export type OrExpression = {readonly kind: 'or'; readonly operands: readonly Expression[]; readonly span: Span};
export type NotExpression = {readonly kind: 'not'; readonly operand: Expression; readonly span: Span};

export type NormalizationForm = 'nfc' | 'nfd' | 'nfkc' | 'nfkd';
export type IsTest = {
  readonly kind: 'is-test';
  readonly operand: Expression;
  readonly test: 'null' | 'true' | 'false' | 'unknown' | 'document' | 'normalized' | 'json' | 'json-array' | 'json-object' | 'json-scalar';
  /** Of `IS NFC NORMALIZED`. */
  readonly form: NormalizationForm | undefined;
  readonly negated: boolean;
  readonly span: Span;
};
/** `a IS [NOT] DISTINCT FROM b`: `negated` = with NOT. */
export type IsDistinctFrom = {
  readonly kind: 'is-distinct-from';
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
  readonly span: Span;
};
export type Between = {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly symmetric: boolean;
  readonly negated: boolean;
  readonly span: Span;
};
export type InList = {
  readonly kind: 'in-list';
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
  readonly span: Span;
};
export type InSubquery = {
  readonly kind: 'in-subquery';
  readonly operand: Expression;
  readonly query: Query;
  readonly negated: boolean;
  readonly span: Span;
};
export type Like = {
  readonly kind: 'like';
  readonly operator: 'like' | 'ilike' | 'similar-to';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
  readonly span: Span;
};

/** The operator before ANY or ALL; the words are given by PostgreSQL's operators: LIKE `~~`, NOT LIKE `!~~`, ILIKE `~~*`, NOT ILIKE `!~~*`. */
export type QuantifiedArray = {
  readonly kind: 'quantified-array';
  readonly left: Expression;
  readonly operator: OperatorName;
  /** SOME is given as 'any'. */
  readonly quantifier: 'any' | 'all';
  readonly array: Expression;
  readonly span: Span;
};
export type QuantifiedSubquery = {
  readonly kind: 'quantified-subquery';
  readonly left: Expression;
  readonly operator: OperatorName;
  readonly quantifier: 'any' | 'all';
  readonly query: Query;
  readonly span: Span;
};
export type Exists = {readonly kind: 'exists'; readonly query: Query; readonly span: Span};
export type ScalarSubquery = {readonly kind: 'scalar-subquery'; readonly query: Query; readonly span: Span};

/** `ARRAY[…]`; the inner brackets of `ARRAY[[1,2],[3,4]]` are array nodes too. */
export type ArrayConstructor = {readonly kind: 'array'; readonly elements: readonly Expression[]; readonly span: Span};
export type ArraySubquery = {readonly kind: 'array-subquery'; readonly query: Query; readonly span: Span};
/** `ROW(…)` (explicit) or `(a, b)`. */
export type RowConstructor = {
  readonly kind: 'row';
  readonly elements: readonly Expression[];
  readonly explicit: boolean;
  readonly span: Span;
};

export type CaseBranch = {readonly kind: 'case-branch'; readonly when: Expression; readonly then: Expression; readonly span: Span};
/** `CASE operand WHEN …` if there is an operand, else the searched form. */
export type CaseExpression = {
  readonly kind: 'case';
  readonly operand: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | undefined;
  readonly span: Span;
};
/** `CAST(x AS t)` and `x::t` alike. */
export type Cast = {readonly kind: 'cast'; readonly operand: Expression; readonly typeName: TypeName; readonly span: Span};
export type Collate = {readonly kind: 'collate'; readonly operand: Expression; readonly collation: QualifiedName; readonly span: Span};
export type AtTimeZone = {readonly kind: 'at-time-zone'; readonly operand: Expression; readonly zone: Expression; readonly span: Span};

export type Subscript = {readonly kind: 'subscript'; readonly operand: Expression; readonly index: Expression; readonly span: Span};
/** `a[lower:upper]`; either bound may be missing. */
export type Slice = {
  readonly kind: 'slice';
  readonly operand: Expression;
  readonly lower: Expression | undefined;
  readonly upper: Expression | undefined;
  readonly span: Span;
};
/** `(x).f` */
export type FieldAccess = {readonly kind: 'field-access'; readonly operand: Expression; readonly field: Identifier; readonly span: Span};
/** `(x).*` */
export type FieldStar = {readonly kind: 'field-star'; readonly operand: Expression; readonly span: Span};

/** DEFAULT as a value: only directly in VALUES rows of INSERT and in SET. */
export type DefaultValue = {readonly kind: 'default'; readonly span: Span};
/** `TABLE s` as an argument of a table function. */
export type TableArgument = {
  readonly kind: 'table-argument';
  readonly name: QualifiedName;
  /** Absent if not written. */
  readonly partitionBy?: readonly Expression[] | undefined;
  readonly span: Span;
};

export type Expression =
  | Literal
  | ColumnRef
  | Star
  | Parameter
  | UnaryExpression
  | BinaryExpression
  | AndExpression
  | OrExpression
  | NotExpression
  | IsTest
  | IsDistinctFrom
  | Between
  | InList
  | InSubquery
  | Like
  | QuantifiedArray
  | QuantifiedSubquery
  | Exists
  | ScalarSubquery
  | ArrayConstructor
  | ArraySubquery
  | RowConstructor
  | CaseExpression
  | Cast
  | Collate
  | AtTimeZone
  | FunctionCall
  | Subscript
  | Slice
  | FieldAccess
  | FieldStar
  | DefaultValue
  | TableArgument;

import type {Identifier, QualifiedName} from './names.ts';
import type {Literal} from './literal.ts';
import type {Span} from './span.ts';

export type IntervalField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** `interval day to second`: `from` alone for a single field. */
export type IntervalFields = {readonly from: IntervalField; readonly to: IntervalField | undefined};

/**
 * A type by name. SQL's multi-word spellings are given by PostgreSQL's internal name with one part:
 * `int`/`integer` → int4, `double precision` → float8, `character varying(n)` → varchar, `char` → bpchar (modifier 1 if none),
 * `decimal` → numeric, `boolean` → bool, `timestamp with time zone` → timestamptz, `time with time zone` → timetz, `bit varying` → varbit.
 * All other names stand as written (`text`, `public.order_status`, `string`).
 */
export type NamedType = {
  readonly kind: 'named-type';
  readonly name: QualifiedName;
  /** `(10, 2)` of numeric, `(n)` of varchar, `(p)` of time types; for other types whatever was in the parentheses. */
  readonly modifiers: readonly Literal[];
  readonly intervalFields: IntervalFields | undefined;
  readonly setOf: boolean;
  readonly span: Span;
};

/** `int[]`, `int[3]`, `int ARRAY`, `int[][]` = dimensions 2. Sizes are accepted and have no meaning, as in PostgreSQL. */
export type ArrayType = {readonly kind: 'array-type'; readonly element: TypeName; readonly dimensions: number; readonly span: Span};

/** `STRUCT<a bigint, b text>`, `ROW<…>`, `STRUCT(…)`, `ROW(…)`. */
export type StructType = {readonly kind: 'struct-type'; readonly fields: readonly StructField[]; readonly span: Span};
export type StructField = {readonly kind: 'struct-field'; readonly name: Identifier; readonly typeName: TypeName; readonly span: Span};

/** `MAP<varchar, int>` and `MAP(varchar, int)`. */
export type MapType = {readonly kind: 'map-type'; readonly key: TypeName; readonly value: TypeName; readonly span: Span};

export type TypeName = NamedType | ArrayType | StructType | MapType;

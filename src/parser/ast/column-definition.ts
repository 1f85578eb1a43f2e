import type {Expression} from './expression.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {Span} from './span.ts';
import type {TypeName} from './type-name.ts';

export type ColumnDefinition = {
  readonly kind: 'column-definition';
  readonly name: Identifier;
  /** undefined for a computed column `name AS expr` and for a bare name before `AS query`. */
  readonly typeName: TypeName | undefined;
  readonly collation: QualifiedName | undefined;
  readonly constraints: readonly ColumnConstraint[];
  readonly span: Span;
};

/** `name` is that of `CONSTRAINT name`. */
type Named = {readonly name: Identifier | undefined; readonly span: Span};

export type ForeignKeyReference = {
  readonly table: QualifiedName;
  readonly columns: readonly Identifier[];
  /** `on delete cascade`, … in lower case, as written. */
  readonly actions: readonly string[];
};

export type ColumnConstraint =
  | (Named & {readonly kind: 'not-null'})
  | (Named & {readonly kind: 'nullable'})
  | (Named & {readonly kind: 'default'; readonly value: Expression})
  | (Named & {readonly kind: 'primary-key'; readonly notEnforced: boolean})
  | (Named & {readonly kind: 'unique'; readonly notEnforced: boolean})
  | (Named & {readonly kind: 'check'; readonly expression: Expression})
  | (Named & {readonly kind: 'references'; readonly reference: ForeignKeyReference})
  /** `GENERATED ALWAYS AS (expr) STORED` (stored) or `AS expr`. */
  | (Named & {readonly kind: 'generated'; readonly expression: Expression; readonly stored: boolean})
  | (Named & {readonly kind: 'identity'; readonly always: boolean})
  /** ksqlDB's `KEY`, `HEADERS`, `HEADER('k')`. */
  | (Named & {readonly kind: 'key'});

export type TableConstraint =
  | (Named & {readonly kind: 'primary-key'; readonly columns: readonly Identifier[]; readonly notEnforced: boolean})
  /** `items` are columns; of streams expressions over columns too. */
  | (Named & {readonly kind: 'unique'; readonly items: readonly Expression[]; readonly notEnforced: boolean})
  | (Named & {readonly kind: 'check'; readonly expression: Expression})
  | (Named & {readonly kind: 'foreign-key'; readonly columns: readonly Identifier[]; readonly reference: ForeignKeyReference});

/** `WATERMARK FOR column AS expression` */
export type Watermark = {readonly kind: 'watermark'; readonly column: Identifier; readonly expression: Expression; readonly span: Span};

/** RisingWave's `INCLUDE header 'k' bytea AS alias`; `column` in lower case: key, timestamp, partition, offset, header, payload. */
export type IncludeColumn = {
  readonly kind: 'include-column';
  readonly column: string;
  readonly field: string | undefined;
  readonly typeName: TypeName | undefined;
  readonly alias: Identifier | undefined;
  readonly span: Span;
};

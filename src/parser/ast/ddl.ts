import type {ColumnDefinition, IncludeColumn, TableConstraint, Watermark} from './column-definition.ts';
import type {Expression} from './expression.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {Option} from './option.ts';
import type {Query} from './query.ts';
import type {SortItem} from './sort-item.ts';
import type {Span} from './span.ts';
import type {StructField} from './type-name.ts';

/** `FORMAT PLAIN ENCODE JSON (…)`: names in lower case. */
export type FormatEncode = {
  readonly kind: 'format-encode';
  readonly format: string;
  readonly encode: string;
  readonly options: readonly Option[];
  readonly span: Span;
};

/** CREATE STREAM, CREATE TABLE and CREATE SOURCE share their shape. */
type RelationDefinition = {
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  readonly watermarks: readonly Watermark[];
  /** A `*` in the column list: further columns from the source's schema. */
  readonly star: boolean;
  readonly includes: readonly IncludeColumn[];
  readonly appendOnly: boolean;
  readonly options: readonly Option[];
  readonly formatEncode: FormatEncode | undefined;
  /** `AS query`; the column list then holds names at most. */
  readonly query: Query | undefined;
  readonly span: Span;
};
export type CreateStream = RelationDefinition & {readonly kind: 'create-stream'};
export type CreateSource = RelationDefinition & {readonly kind: 'create-source'};
export type CreateTable = RelationDefinition & {
  readonly kind: 'create-table';
  readonly temporary: boolean;
  readonly unlogged: boolean;
  /** `ON COMMIT …` of a temporary table. */
  readonly onCommit: 'preserve-rows' | 'delete-rows' | 'drop' | undefined;
  /** `AS query WITH NO DATA` = false. */
  readonly withData: boolean;
};

export type CreateView = {
  readonly kind: 'create-view';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly recursive: boolean;
  readonly columns: readonly Identifier[];
  readonly options: readonly Option[];
  readonly query: Query;
  readonly checkOption: 'local' | 'cascaded' | undefined;
  readonly span: Span;
};
export type CreateMaterializedView = {
  readonly kind: 'create-materialized-view';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly Identifier[];
  readonly options: readonly Option[];
  readonly query: Query;
  readonly withData: boolean;
  readonly onErrorFail: boolean;
  readonly span: Span;
};
/** `name` is undefined in `CREATE SCHEMA AUTHORIZATION role`. */
export type CreateSchema = {
  readonly kind: 'create-schema';
  readonly name: QualifiedName | undefined;
  readonly ifNotExists: boolean;
  readonly authorization: Identifier | undefined;
  readonly span: Span;
};
export type CreateCompositeType = {
  readonly kind: 'create-composite-type';
  readonly name: QualifiedName;
  readonly fields: readonly StructField[];
  readonly span: Span;
};
export type CreateEnumType = {
  readonly kind: 'create-enum-type';
  readonly name: QualifiedName;
  readonly labels: readonly string[];
  readonly span: Span;
};
/** Exactly one of `from` and `query` is set. */
export type CreateSink = {
  readonly kind: 'create-sink';
  readonly name: QualifiedName;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly from: QualifiedName | undefined;
  readonly query: Query | undefined;
  readonly options: readonly Option[];
  readonly formatEncode: FormatEncode | undefined;
  readonly span: Span;
};
export type CreateIndex = {
  readonly kind: 'create-index';
  readonly name: QualifiedName | undefined;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly ifNotExists: boolean;
  readonly table: QualifiedName;
  readonly method: Identifier | undefined;
  readonly columns: readonly SortItem[];
  readonly include: readonly Identifier[];
  readonly distributedBy: readonly Expression[];
  readonly options: readonly Option[];
  readonly where: Expression | undefined;
  readonly span: Span;
};

/** What CREATE makes. */
export type DdlCreate =
  | CreateStream
  | CreateSource
  | CreateTable
  | CreateView
  | CreateMaterializedView
  | CreateSchema
  | CreateCompositeType
  | CreateEnumType
  | CreateSink
  | CreateIndex;

export type ObjectKind =
  | 'stream'
  | 'table'
  | 'source'
  | 'view'
  | 'materialized-view'
  | 'sink'
  | 'index'
  | 'schema'
  | 'type'
  | 'sequence'
  | 'function'
  | 'database'
  | 'subscription';
export type DropBehavior = 'cascade' | 'restrict';
export type Drop = {
  readonly kind: 'drop';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly names: readonly QualifiedName[];
  /** undefined = not written, which means RESTRICT. */
  readonly behavior: DropBehavior | undefined;
  readonly span: Span;
};
export type Truncate = {
  readonly kind: 'truncate';
  readonly tables: readonly QualifiedName[];
  readonly restartIdentity: boolean;
  readonly behavior: DropBehavior | undefined;
  readonly span: Span;
};

/** ALTER … RESET TO: where a stream goes on reading. */
export type ResetPosition =
  | {readonly kind: 'earliest' | 'latest'}
  | {readonly kind: 'timestamp'; readonly value: string}
  | {readonly kind: 'offset'; readonly value: string}
  /** Partition and offset of each. */
  | {readonly kind: 'offsets'; readonly partitions: readonly (readonly [partition: string, offset: string])[]};
export type AlterAction =
  | {readonly kind: 'reset-to'; readonly position: ResetPosition; readonly span: Span}
  | {readonly kind: 'rename-to'; readonly name: Identifier; readonly span: Span}
  | {readonly kind: 'rename-column'; readonly column: Identifier; readonly name: Identifier; readonly span: Span}
  | {readonly kind: 'set-schema'; readonly schema: Identifier; readonly span: Span}
  | {readonly kind: 'owner-to'; readonly role: Identifier; readonly span: Span}
  | {readonly kind: 'set-options'; readonly options: readonly Option[]; readonly span: Span}
  | {readonly kind: 'set-parameter'; readonly name: string; readonly value: Option['value']; readonly span: Span}
  | {readonly kind: 'reset-options'; readonly keys: readonly string[]; readonly span: Span}
  | {readonly kind: 'add-column'; readonly column: ColumnDefinition; readonly ifNotExists: boolean; readonly span: Span}
  | {readonly kind: 'add-constraint'; readonly constraint: TableConstraint; readonly span: Span}
  | {
      readonly kind: 'drop-column';
      readonly column: Identifier;
      readonly ifExists: boolean;
      readonly behavior: DropBehavior | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: 'drop-constraint';
      readonly constraint: Identifier;
      readonly ifExists: boolean;
      readonly behavior: DropBehavior | undefined;
      readonly span: Span;
    }
  | {readonly kind: 'set-default'; readonly column: Identifier; readonly value: Expression; readonly span: Span}
  | {readonly kind: 'drop-default'; readonly column: Identifier; readonly span: Span}
  | {readonly kind: 'set-not-null'; readonly column: Identifier; readonly span: Span}
  | {readonly kind: 'drop-not-null'; readonly column: Identifier; readonly span: Span};
export type Alter = {
  readonly kind: 'alter';
  readonly objectKind: ObjectKind;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly actions: readonly AlterAction[];
  readonly span: Span;
};

/** For a column the last part of `name` is the column. `comment` undefined = IS NULL. */
export type Comment = {
  readonly kind: 'comment';
  readonly objectKind: ObjectKind | 'column' | 'role';
  readonly name: QualifiedName;
  readonly comment: string | undefined;
  readonly span: Span;
};

/** Shape only: privileges (empty = ALL) on objects, or roles granted. */
export type Grant = {
  readonly kind: 'grant' | 'revoke';
  readonly privileges: readonly string[];
  readonly objectKind: ObjectKind | 'all-tables-in-schema' | 'role';
  readonly names: readonly QualifiedName[];
  readonly grantees: readonly Identifier[];
  readonly span: Span;
};

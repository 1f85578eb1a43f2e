import type {Expression} from './expression.ts';
import type {FromItem, TableAlias} from './from-item.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {Option} from './option.ts';
import type {Query, SelectItem, WithClause} from './query.ts';
import type {SortItem} from './sort-item.ts';
import type {Span} from './span.ts';

export type Insert = {
  readonly kind: 'insert';
  readonly with: WithClause | undefined;
  readonly table: QualifiedName;
  readonly alias: Identifier | undefined;
  /** Empty if no list was written. */
  readonly columns: readonly Identifier[];
  readonly overriding: 'system' | 'user' | undefined;
  /** undefined = DEFAULT VALUES. */
  readonly source: Query | undefined;
  readonly onConflict: OnConflict | undefined;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
};

export type ConflictTarget = ConflictColumns | ConflictConstraint;
/** `ON CONFLICT (a, lower(b)) WHERE …` */
export type ConflictColumns = {
  readonly kind: 'conflict-columns';
  readonly columns: readonly SortItem[];
  readonly where: Expression | undefined;
  readonly span: Span;
};
export type ConflictConstraint = {readonly kind: 'conflict-constraint'; readonly name: Identifier; readonly span: Span};
export type OnConflict = {
  readonly kind: 'on-conflict';
  readonly target: ConflictTarget | undefined;
  readonly action: 'nothing' | 'update';
  /** Of DO UPDATE; empty for DO NOTHING. */
  readonly assignments: readonly Assignment[];
  readonly where: Expression | undefined;
  readonly span: Span;
};

/** The target of an assignment: a column, maybe with a subscript or field behind it (`a[1]`, `a.f`). */
export type AssignmentTarget = {
  readonly kind: 'assignment-target';
  readonly column: Identifier;
  readonly path: readonly (Expression | Identifier)[];
  readonly span: Span;
};
/** `a = value`, or `(a, b) = value` with `multiple` true: the value is then a row, a subquery or an expression of row type. */
export type Assignment = {
  readonly kind: 'assignment';
  readonly targets: readonly AssignmentTarget[];
  readonly multiple: boolean;
  readonly value: Expression;
  readonly span: Span;
};

export type Update = {
  readonly kind: 'update';
  readonly with: WithClause | undefined;
  readonly table: QualifiedName;
  readonly only: boolean;
  readonly alias: TableAlias | undefined;
  readonly assignments: readonly Assignment[];
  readonly from: readonly FromItem[];
  readonly where: Expression | undefined;
  /** `WHERE CURRENT OF cursor` */
  readonly currentOf: Identifier | undefined;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
};

export type Delete = {
  readonly kind: 'delete';
  readonly with: WithClause | undefined;
  readonly table: QualifiedName;
  readonly only: boolean;
  readonly alias: TableAlias | undefined;
  readonly using: readonly FromItem[];
  readonly where: Expression | undefined;
  readonly currentOf: Identifier | undefined;
  readonly returning: readonly SelectItem[];
  readonly span: Span;
};

/** Exactly one of `table` and `query` is set. */
export type Copy = {
  readonly kind: 'copy';
  readonly table: QualifiedName | undefined;
  readonly columns: readonly Identifier[];
  readonly query: Query | Insert | Update | Delete | undefined;
  readonly direction: 'from' | 'to';
  /** STDIN and STDOUT are 'stdio', as in PostgreSQL either word is accepted. */
  readonly location: 'stdio' | {readonly file: string} | {readonly program: string};
  /** Old-style words (`CSV HEADER DELIMITER ','`) come as options too. */
  readonly options: readonly Option[];
  readonly where: Expression | undefined;
  readonly span: Span;
};

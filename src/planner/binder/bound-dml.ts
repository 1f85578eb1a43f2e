import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import type {OutputColumn} from './bound-query.ts';

/** DML after binding. `relation` is a table's (or embedded stream's) id, `width` the number of its columns. */
export type BoundDml = BoundInsert | BoundUpdate | BoundDelete;

/** Expressions over the row that the statement's kind describes. */
export type BoundReturning = {readonly columns: readonly OutputColumn[]; readonly expressions: readonly TypedExpression[]};

/** `source` gives whole new rows: one column for each of the target, in order, defaults filled in and cast. RETURNING reads such a row. */
export type BoundInsert = {
  readonly kind: 'insert';
  readonly relation: number;
  readonly width: number;
  readonly source: LogicalPlan;
  readonly onConflict?: BoundConflict | undefined;
  readonly returning?: BoundReturning | undefined;
};
/**
 * What happens to a new row when a row with the same values in `columns` exists (`columns` absent: in any unique constraint, for 'nothing').
 * `row` (the whole row afterwards) and `where` read the existing row ++ the new row.
 */
export type BoundConflict =
  | {readonly action: 'nothing'; readonly columns?: readonly number[] | undefined}
  | {
      readonly action: 'update';
      readonly columns: readonly number[];
      readonly row: readonly TypedExpression[];
      readonly where?: TypedExpression | undefined;
    };

/**
 * `source` gives the old row ++ the new row ++ the columns of FROM; RETURNING reads all of these. A row of the target may come several
 * times when FROM matches it several times: only one of them counts.
 */
export type BoundUpdate = {
  readonly kind: 'update';
  readonly relation: number;
  readonly width: number;
  readonly source: LogicalPlan;
  /** Ordinals that SET names. */
  readonly assigned: readonly number[];
  readonly returning?: BoundReturning | undefined;
};
/** `source` gives the old row ++ the columns of USING, perhaps several times; RETURNING reads these. */
export type BoundDelete = {
  readonly kind: 'delete';
  readonly relation: number;
  readonly width: number;
  readonly source: LogicalPlan;
  readonly returning?: BoundReturning | undefined;
};

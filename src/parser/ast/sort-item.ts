import type {Expression} from './expression.ts';
import type {OperatorName} from './operator-name.ts';
import type {Span} from './span.ts';

/** One key of ORDER BY. `nulls` undefined = PostgreSQL's default: last when ascending, first when descending. */
export type SortItem = {
  readonly kind: 'sort-item';
  readonly expression: Expression;
  readonly direction: 'asc' | 'desc';
  /** `ORDER BY x USING <`; `direction` is then 'asc' and has no meaning. */
  readonly using: OperatorName | undefined;
  readonly nulls: 'first' | 'last' | undefined;
  readonly span: Span;
};

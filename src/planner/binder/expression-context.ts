import type {Expression} from '../../parser/ast/expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {NamedWindows} from './named-windows.ts';
import type {BoundCte} from './environment.ts';
import type {Scope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import type {Virtuals} from './virtuals.ts';

/** Where an expression stands, as errors name it. */
export type Clause =
  | 'SELECT'
  | 'WHERE'
  | 'JOIN conditions'
  | 'GROUP BY'
  | 'HAVING'
  | 'ORDER BY'
  | 'DISTINCT ON'
  | 'LIMIT'
  | 'OFFSET'
  | 'VALUES'
  | 'functions in FROM'
  | 'FOR SYSTEM_TIME AS OF'
  | 'FILTER'
  | 'DEFAULT expressions'
  | 'UPDATE'
  | 'RETURNING'
  | 'ON CONFLICT'
  | 'EXECUTE parameters'
  | 'generated columns'
  | 'key expressions';

export type ExpressionContext = {
  readonly statement: StatementContext;
  readonly scope: Scope;
  readonly ctes: readonly BoundCte[];
  readonly virtuals: Virtuals;
  readonly clause: Clause;
  readonly allowAggregates: boolean;
  readonly allowSetFunctions: boolean;
  /** Whether calls with OVER may stand here; absent = no. */
  readonly allowWindows?: boolean | undefined;
  /** The WINDOW clause of the block. */
  readonly windows?: NamedWindows | undefined;
  /** Inside a call with OVER, or in the definition of a window. */
  readonly insideWindow?: 'call' | 'definition' | undefined;
  /** Inside the arguments of this aggregate. */
  readonly insideAggregate?: boolean | undefined;
  /** Binds a nested expression in the same place. */
  readonly bind: (e: Expression) => TypedExpression;
  /** Binds an expression in the same scope under other rules. */
  readonly with: (changes: Partial<Omit<ExpressionContext, 'bind' | 'with'>>) => ExpressionContext;
};

import {sqlError} from '../../common/sql-error.ts';
import type {StreamWindow} from '../../parser/ast/stream-window.ts';
import {input} from '../expression/build-expression.ts';
import {inputsRead} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {durationMicros} from './duration-micros.ts';
import {rowTimeOf} from './event-time.ts';
import type {FromResult} from './from-result.ts';
import type {ScopeColumn} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {withGracePeriod} from './window-grace.ts';

const NAMES = ['windowstart', 'windowend'] as const;

/** ksqlDB's `WINDOW TUMBLING (SIZE …)` behind FROM: the time that it reads, and the two columns that it adds behind those of FROM. */
export type BoundStreamWindow = {
  readonly window: StreamWindow;
  readonly time: TypedExpression;
  /** windowstart and windowend, by which the block is grouped besides its keys. */
  readonly edges: readonly [ScopeColumn, ScopeColumn];
  readonly arity: number;
};

/** Errors: 0A000 where FROM is no stream with a time. */
export function bindStreamWindow(statement: StatementContext, window: StreamWindow, from: FromResult): BoundStreamWindow {
  const time = from.items.length === 1 ? rowTimeOf(statement, from) : undefined;
  if (time === undefined) {
    const type = window.type.toUpperCase();
    throw sqlError('feature_not_supported', `WINDOW ${type} needs one stream in FROM`, {
      position: window.span.start,
      hint: 'TUMBLE, HOP and SESSION put windows over any relation with a time column.',
    });
  }
  if (window.retention !== undefined) {
    statement.notices.push({
      message: 'RETENTION of a window has no effect: results of closed windows stay',
      fields: {
        position: window.retention.span.start,
        hint: "A view over this one with WHERE windowend > now() - INTERVAL '7 days' has the newest ones only.",
      },
    });
  }
  const arity = arityOf(from.plan);
  const edge = (i: 0 | 1): ScopeColumn => ({name: NAMES[i], expression: input(arity + i, time.type)});
  return {window, time, edges: [edge(0), edge(1)], arity};
}

/** The block's FROM with windowstart and windowend: found by name, not part of `*`. */
export function withEdges(from: FromResult, {edges}: BoundStreamWindow): FromResult {
  return {...from, items: [...from.items, {alias: '', columns: [], hidden: edges}]};
}

/** Errors: 42P20 where WHERE reads an edge: rows are put into windows when they have passed it. */
export function requireNoEdges(where: readonly TypedExpression[], {arity, window}: BoundStreamWindow): void {
  if (![...inputsRead(where)].some(i => i === arity || i === arity + 1)) return;
  throw sqlError('windowing_error', 'the edges of a window are not known in WHERE', {
    position: window.span.start,
    hint: 'Test them in HAVING.',
  });
}

/** The rows in their windows; of sessions those of each group have their own. */
export function streamWindowPlan(rows: LogicalPlan, bound: BoundStreamWindow, keys: readonly TypedExpression[]): LogicalPlan {
  const {window, arity} = bound;
  const below = firstColumns(rows, arity);
  const size = durationMicros(window.size);
  const time = window.gracePeriod === undefined ? bound.time : withGracePeriod(bound.time, durationMicros(window.gracePeriod, 'or zero'));
  if (window.type === 'session') return {kind: 'session', input: below, time, gap: size, partition: keys, names: NAMES};
  const isHopping = window.type === 'hopping' && window.advance !== undefined;
  const slide = isHopping && window.advance !== undefined ? durationMicros(window.advance) : size;
  return {kind: 'window', window: isHopping ? 'hop' : 'tumble', input: below, time, size, slide, offset: 0n, names: NAMES};
}

/** Without what subqueries of WHERE have added. */
function firstColumns(plan: LogicalPlan, arity: number): LogicalPlan {
  if (arityOf(plan) === arity) return plan;
  const columns = typesOf(plan).slice(0, arity);
  return {
    kind: 'project',
    input: plan,
    expressions: columns.map((type, i) => input(i, type)),
    names: namesOf(plan).slice(0, arity),
  };
}

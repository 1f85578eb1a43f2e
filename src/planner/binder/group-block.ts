import {sqlError} from '../../common/sql-error.ts';
import {input} from '../expression/build-expression.ts';
import {rewrite} from '../expression/map-expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {InputExpression, TypedExpression} from '../expression/typed-expression.ts';
import {mapAggregateCall} from '../logical/map-expressions.ts';
import type {LogicalAggregateCall, LogicalPlan} from '../logical/logical-plan.ts';
import {mapOuter} from '../logical/outer-references.ts';
import {attachSubqueries} from './attach-subqueries.ts';
import {mapWindow} from './attach-windows.ts';
import {requireEquality} from './orderable.ts';
import type {Scope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {isVirtual, SUBQUERY_COLUMN, Virtuals} from './virtuals.ts';

export type GroupedBlock = {
  readonly plan: LogicalPlan;
  /** Subqueries and set-returning functions of the block, as they read above the aggregate. */
  readonly virtuals: Virtuals;
  /** An expression over the block's FROM as it reads above the aggregate. Errors: 42803. */
  readonly above: (e: TypedExpression) => TypedExpression;
};

export type Grouping = {
  readonly statement: StatementContext;
  readonly scope: Scope;
  readonly plan: LogicalPlan;
  readonly keys: readonly TypedExpression[];
  readonly virtuals: Virtuals;
  /** Everything above the grouping: which further columns are needed that a grouped primary key determines. */
  readonly uses: readonly TypedExpression[];
};

/** Puts an aggregate over the block's rows. */
export function groupBlock({statement, scope, plan, keys: written, virtuals, uses}: Grouping): GroupedBlock {
  const keys = dedupe(written);
  for (const key of keys) requireEquality(key.type, statement.positionOf(key));
  const determined = determinedColumns(scope, keys);
  const calls = virtuals.aggregates;
  const grouped = new Virtuals();

  const mapping = {statement, scope, virtuals, grouped, determined};
  // First find out which determined columns are used, then number the columns for good.
  const collecting = new GroupMapping(mapping, keys, calls);
  for (const e of uses) collecting.above(e);
  const allKeys = [...keys, ...collecting.added];
  const final = new GroupMapping(mapping, allKeys, calls);

  const attached = attachCalls(
    plan,
    allKeys,
    calls.map(c => c.virtual.call),
    virtuals,
  );
  const aggregate: LogicalPlan = {
    kind: 'aggregate',
    input: attached.plan,
    keys: attached.keys,
    aggregates: attached.calls,
    names: [...allKeys.map((k, i) => keyName(scope, k) ?? `key${i + 1}`), ...calls.map(c => c.virtual.name)],
  };
  return {plan: aggregate, virtuals: grouped, above: e => final.above(e)};
}

function dedupe(keys: readonly TypedExpression[]): readonly TypedExpression[] {
  return keys.filter((key, i) => keys.findIndex(other => sameExpression(other, key)) === i);
}

function keyName({items}: Scope, key: TypedExpression): string | undefined {
  if (key.kind !== 'input') return undefined;
  return items.flatMap(i => [...i.columns, ...i.hidden]).find(c => c.expression.kind === 'input' && c.expression.index === key.index)?.name;
}

/** Columns of items whose primary key is grouped by. */
function determinedColumns({items}: Scope, keys: readonly TypedExpression[]): ReadonlySet<number> {
  const grouped = new Set(keys.flatMap(k => (k.kind === 'input' ? [k.index] : [])));
  const columns = new Set<number>();
  for (const item of items) {
    const {primaryKey} = item;
    const indexes = item.columns.map(c => (c.expression.kind === 'input' ? c.expression.index : -1));
    if (primaryKey === undefined || !primaryKey.every(i => grouped.has(indexes[i] ?? -1))) continue;
    for (const index of indexes) columns.add(index);
  }
  return columns;
}

function attachCalls(
  plan: LogicalPlan,
  keys: readonly TypedExpression[],
  calls: readonly LogicalAggregateCall[],
  virtuals: Virtuals,
): {readonly plan: LogicalPlan; readonly keys: readonly TypedExpression[]; readonly calls: readonly LogicalAggregateCall[]} {
  const parts: TypedExpression[] = [...keys];
  for (const call of calls) {
    mapAggregateCall(call, e => {
      parts.push(e);
      return e;
    });
  }
  const {plan: attached, expressions} = attachSubqueries(plan, parts, virtuals);
  let next = keys.length;
  return {
    plan: attached,
    keys: expressions.slice(0, keys.length),
    calls: calls.map(call => mapAggregateCall(call, e => expressions[next++] ?? e)),
  };
}

type MappingArgs = Pick<Grouping, 'statement' | 'scope' | 'virtuals'> & {
  readonly grouped: Virtuals;
  readonly determined: ReadonlySet<number>;
};

class GroupMapping {
  readonly added: TypedExpression[] = [];
  readonly #args: MappingArgs;
  readonly #keys: readonly TypedExpression[];
  readonly #aggregates: ReadonlyMap<number, number>;

  constructor(args: MappingArgs, keys: readonly TypedExpression[], calls: Virtuals['aggregates']) {
    this.#args = args;
    this.#keys = keys;
    this.#aggregates = new Map(calls.map((c, i) => [c.index, keys.length + i]));
  }

  above(e: TypedExpression): TypedExpression {
    return rewrite(e, n => {
      const key = this.#keys.findIndex(k => sameExpression(k, n));
      if (key >= 0) return this.#at(input(key, n.type), n);
      if (n.kind !== 'input' || n.index >= SUBQUERY_COLUMN) return undefined;
      return this.#at(isVirtual(n.index) ? this.#virtual(n) : this.#column(n), n);
    });
  }

  #at<E extends TypedExpression>(e: E, original: TypedExpression): E {
    const position = this.#args.statement.positionOf(original);
    return position === undefined ? e : this.#args.statement.at(e, position);
  }

  #virtual(n: InputExpression): TypedExpression {
    const {virtuals, grouped} = this.#args;
    const aggregate = this.#aggregates.get(n.index);
    if (aggregate !== undefined) return input(aggregate, n.type);
    const virtual = virtuals.get(n.index);
    if (virtual?.kind === 'subquery') {
      const plan = mapOuter(virtual.plan, (o, depth) => {
        if (depth !== 1) return o;
        const column = this.#outerColumn(o.index, o.type);
        return {...o, index: column};
      });
      return grouped.add({...virtual, plan, on: virtual.on.map(t => this.above(t))}, n.type);
    }
    if (virtual?.kind === 'window')
      return grouped.add(
        mapWindow(virtual, e => this.above(e)),
        n.type,
      );
    if (virtual?.kind === 'set-function') return grouped.add({...virtual, args: virtual.args.map(a => this.above(a))}, n.type);
    throw new Error('internal error: unknown virtual column');
  }

  #outerColumn(index: number, type: InputExpression['type']): number {
    const column = this.above(input(index, type));
    if (column.kind === 'input') return column.index;
    throw new Error('internal error: grouped column');
  }

  #column(n: InputExpression): TypedExpression {
    const {determined, statement, scope} = this.#args;
    if (determined.has(n.index)) {
      if (!this.added.some(a => sameExpression(a, n))) this.added.push(n);
      return n;
    }
    const name = qualifiedName(scope, n.index);
    throw sqlError('grouping_error', `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`, {
      position: statement.positionOf(n),
    });
  }
}

function qualifiedName({items}: Scope, index: number): string {
  for (const item of items) {
    const column = [...item.columns, ...item.hidden].find(c => c.expression.kind === 'input' && c.expression.index === index);
    if (column !== undefined) return `${item.alias}.${column.name}`;
  }
  return '?column?';
}

import {input} from '../expression/build-expression.ts';
import {sameData} from '../expression/same-expression.ts';
import type {InputExpression, TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalAggregateCall, LogicalAnalyticCall, LogicalPlan, SortExpression} from '../logical/logical-plan.ts';
import type {SqlType} from '../../types/sql-type.ts';

/**
 * Parts of expressions that are no expressions but plans: aggregates, window calls, subqueries, set-returning functions. While a block is bound each stands
 * as an input column with an index from VIRTUAL up; binding the block puts real columns in their place.
 */
export type Virtual = VirtualAggregate | VirtualSubquery | VirtualSetFunction | VirtualWindow;
export type VirtualAggregate = {readonly kind: 'aggregate'; readonly call: LogicalAggregateCall; readonly name: string};
/** `on` is for result 'any': columns of the subquery are inputs from SUBQUERY_COLUMN up. */
export type VirtualSubquery = {
  readonly kind: 'subquery';
  readonly result: 'scalar' | 'exists' | 'any';
  readonly plan: LogicalPlan;
  readonly on: readonly TypedExpression[];
  readonly type: SqlType;
};
export type VirtualSetFunction = {
  readonly kind: 'set-function';
  readonly function: string;
  readonly args: readonly TypedExpression[];
  readonly names: readonly string[];
  readonly types: readonly SqlType[];
};

/** A call with OVER. */
export type VirtualWindow = {
  readonly kind: 'window';
  readonly name: string;
  readonly call: LogicalAnalyticCall;
  readonly order: WindowOrder;
};
export type WindowOrder = {readonly partition: readonly TypedExpression[]; readonly sort: readonly SortExpression[]};

const VIRTUAL = 1 << 24;
export const SUBQUERY_COLUMN = 1 << 25;

export class Virtuals {
  readonly #list: Virtual[] = [];

  /** The column that stands for `virtual`; equal ones (but for set-returning functions) share one. */
  add(virtual: Virtual, type: SqlType): InputExpression {
    const known = virtual.kind === 'set-function' ? -1 : this.#list.findIndex(v => sameData(v, virtual));
    if (known < 0) this.#list.push(virtual);
    return input(VIRTUAL + (known < 0 ? this.#list.length - 1 : known), type);
  }

  get(index: number): Virtual | undefined {
    return isVirtual(index) ? this.#list[index - VIRTUAL] : undefined;
  }

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  get aggregates(): readonly {readonly index: number; readonly virtual: VirtualAggregate}[] {
    return this.#list.flatMap((virtual, i) => (virtual.kind === 'aggregate' ? [{index: VIRTUAL + i, virtual}] : []));
  }
}

export const isVirtual = (index: number): boolean => index >= VIRTUAL && index < SUBQUERY_COLUMN;

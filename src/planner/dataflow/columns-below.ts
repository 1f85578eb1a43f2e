import {input} from '../expression/build-expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan, SortExpression} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {mergeProjects} from '../optimizer/rules/merge-projects.ts';
import {mapOver} from './map-over.ts';
import type {DataflowPlan, SortKey} from './dataflow-plan.ts';

/** Columns that a node needs below itself: those of its input, or computed ones. */
export class Columns {
  readonly #input: LogicalPlan;
  readonly #expressions: TypedExpression[] = [];

  /** With `keep` the input's own columns come first, in their order. */
  constructor(plan: LogicalPlan, keep: boolean) {
    this.#input = plan;
    if (keep) this.#expressions.push(...typesOf(plan).map((type, i) => input(i, type)));
  }

  place(e: TypedExpression): number {
    const known = this.#expressions.findIndex(x => sameExpression(x, e));
    return known >= 0 ? known : this.#expressions.push(e) - 1;
  }

  plan(): LogicalPlan {
    const expressions = this.#expressions;
    if (expressions.length === arityOf(this.#input) && expressions.every((e, i) => e.kind === 'input' && e.index === i)) return this.#input;
    const names = expressions.map((e, i) => (e.kind === 'input' ? (namesOf(this.#input)[e.index] ?? '') : `computed${i}`));
    const project: LogicalPlan = {kind: 'project', input: this.#input, expressions, names};
    return mergeProjects.apply(project, {}) ?? project;
  }
}

export function sortKey({expression, descending, nullsFirst}: SortExpression, columns: Columns): SortKey {
  return {column: columns.place(expression), descending, nullsFirst};
}

/**
 * What a node gives whose output is its input's columns and then its own, without the `below - kept` columns that were only computed for it.
 */
export function withoutComputed(node: DataflowPlan, kept: number, below: number): DataflowPlan {
  if (kept === below) return node;
  const columns = node.types.map((type, i) => input(i, type)).filter(({index}) => index < kept || index >= below);
  return mapOver(node, [], columns);
}

import {substituteInputs} from '../expression/references.ts';
import {walk} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import type {DataflowMap, DataflowPlan} from './dataflow-plan.ts';

/** A filter and projection (absent = all columns), as one with the map below where that computes nothing twice. */
export function mapOver(
  input: DataflowPlan,
  predicates: readonly TypedExpression[],
  projections: readonly TypedExpression[] | undefined,
): DataflowMap {
  const types = projections?.map(e => e.type) ?? input.types;
  const map: DataflowMap = {kind: 'map', types, input, predicates, ...(projections === undefined ? {} : {projections})};
  return input.kind === 'map' ? (merged(map, input) ?? map) : map;
}

function merged(above: DataflowMap, below: DataflowMap): DataflowMap | undefined {
  const values = below.projections;
  if (values === undefined) return {...above, input: below.input, predicates: [...below.predicates, ...above.predicates]};
  if (isComputedAgain([...above.predicates, ...(above.projections ?? [])], values)) return undefined;
  const open = (e: TypedExpression) => substituteInputs(e, values);
  return {
    ...above,
    input: below.input,
    predicates: [...below.predicates, ...above.predicates.map(open)],
    projections: above.projections?.map(open) ?? values,
  };
}

function isComputedAgain(uses: readonly TypedExpression[], values: readonly TypedExpression[]): boolean {
  const counts = new Map<number, number>();
  for (const use of uses) {
    walk(use, e => {
      if (e.kind === 'input') counts.set(e.index, (counts.get(e.index) ?? 0) + 1);
    });
  }
  return values.some((e, i) => !isCheap(e) && ((counts.get(i) ?? 0) > 1 || volatilityOf(e) === 'volatile'));
}

/** Columns, constants, the time of the step, and the edges of tumbling windows, which are a few instructions. */
function isCheap(e: TypedExpression): boolean {
  if (e.kind !== 'call') return e.kind === 'input' || e.kind === 'constant' || e.kind === 'parameter';
  const isEdge = ['window_start_', 'window_end_', 'window_grace_'].some(name => e.function.startsWith(name));
  return isEdge ? e.args.every(isCheap) : e.args.length === 0;
}

import {unreachable} from '../../common/unreachable.ts';
import {inputsRead, remapInputs} from '../expression/references.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {mapAggregateCall} from '../logical/map-expressions.ts';
import type {LogicalAggregateCall, LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {pruneWindow} from './prune-window-columns.ts';

/** A plan with fewer columns; `place` tells where a wanted column went. */
export type Pruned = {readonly plan: LogicalPlan; readonly place: (column: number) => number};

/** Takes out columns that nothing above reads, down to the scans. The plan's own columns all stay. Holds no applies. */
export function pruneColumns(plan: LogicalPlan): LogicalPlan {
  const all = new Set(typesOf(plan).keys());
  return exactly(prune(plan, all), [...all]);
}

const sorted = (columns: Iterable<number>) => [...columns].sort((a, b) => a - b);

/** `columns` in this order and nothing else. */
function exactly({plan, place}: Pruned, columns: readonly number[]): LogicalPlan {
  const places = columns.map(place);
  if (places.length === arityOf(plan) && places.every((p, i) => p === i)) return plan;
  const types = typesOf(plan);
  const names = namesOf(plan);
  const expressions = places.flatMap(p => {
    const type = types[p];
    return type === undefined ? [] : [input(p, type)];
  });
  return {kind: 'project', input: plan, expressions, names: places.map(p => names[p] ?? '')};
}

function prune(plan: LogicalPlan, wanted: ReadonlySet<number>): Pruned {
  switch (plan.kind) {
    case 'scan': {
      const kept = sorted(wanted);
      if (kept.length === plan.columns.length) return {plan, place: i => i};
      const at = <V>(list: readonly V[]) => kept.flatMap(i => list.slice(i, i + 1));
      const place = placesOf(kept);
      const keys = plan.keys;
      return {
        plan: {...plan, columns: at(plan.columns), names: at(plan.names), types: at(plan.types), notNull: at(plan.notNull), keys},
        place,
      };
    }
    case 'values': {
      const kept = sorted(wanted);
      const rows = plan.rows.map(row => kept.flatMap(i => row.slice(i, i + 1)));
      const at = <V>(list: readonly V[]) => kept.flatMap(i => list.slice(i, i + 1));
      return {plan: {...plan, rows, names: at(plan.names), types: at(plan.types)}, place: placesOf(kept)};
    }
    case 'filter': {
      const below = prune(plan.input, union(wanted, inputsRead(plan.predicates)));
      return {plan: {...plan, input: below.plan, predicates: plan.predicates.map(p => remapInputs(p, below.place))}, place: below.place};
    }
    case 'project': {
      const kept = sorted(wanted);
      const expressions = kept.flatMap(i => plan.expressions.slice(i, i + 1));
      const below = prune(plan.input, inputsRead(expressions));
      const names = kept.map(i => plan.names[i] ?? '');
      return {
        plan: {kind: 'project', input: below.plan, expressions: expressions.map(e => remapInputs(e, below.place)), names},
        place: placesOf(kept),
      };
    }
    case 'aggregate': {
      const width = plan.keys.length;
      const kept = sorted(wanted).filter(i => i >= width);
      const calls = kept.flatMap(i => plan.aggregates.slice(i - width, i - width + 1));
      const below = prune(plan.input, inputsRead([...plan.keys, ...calls.flatMap(expressionsOfCall)]));
      const remap = (e: TypedExpression) => remapInputs(e, below.place);
      const place = (i: number) => (i < width ? i : width + kept.indexOf(i));
      return {
        plan: {
          ...plan,
          input: below.plan,
          keys: plan.keys.map(remap),
          aggregates: calls.map(c => mapAggregateCall(c, remap)),
          names: [...plan.names.slice(0, width), ...kept.map(i => plan.names[i] ?? '')],
        },
        place,
      };
    }
    case 'join': {
      const arity = arityOf(plan.left);
      const needed = union(wanted, inputsRead(plan.on));
      const left = prune(plan.left, new Set(sorted(needed).filter(i => i < arity)));
      const right = prune(plan.right, new Set(sorted(needed).flatMap(i => (i >= arity ? [i - arity] : []))));
      const width = arityOf(left.plan);
      const place = (i: number) => (i < arity ? left.place(i) : width + right.place(i - arity));
      return {plan: {...plan, left: left.plan, right: right.plan, on: plan.on.map(e => remapInputs(e, place))}, place};
    }
    case 'union': {
      const kept = sorted(wanted);
      return {plan: {kind: 'union', inputs: plan.inputs.map(i => exactly(prune(i, wanted), kept))}, place: placesOf(kept)};
    }
    case 'distinct':
    case 'set-operation':
    case 'apply': {
      // All columns take part in the comparison (an apply that is left over is not looked into).
      if (plan.kind === 'apply') return {plan, place: i => i};
      if (plan.kind === 'distinct') return {plan: {...plan, input: pruneColumns(plan.input)}, place: i => i};
      return {plan: {...plan, left: pruneColumns(plan.left), right: pruneColumns(plan.right)}, place: i => i};
    }
    case 'top': {
      const read = inputsRead([...plan.sort.map(s => s.expression), ...plan.partition]);
      const own = sorted(wanted).filter(i => i < arityOf(plan.input));
      const below = prune(plan.input, union(own, read));
      const remap = (e: TypedExpression) => remapInputs(e, below.place);
      const sort = plan.sort.map(s => ({...s, expression: remap(s.expression)}));
      const arity = arityOf(plan.input);
      const place = (i: number) => (i < arity ? below.place(i) : arityOf(below.plan));
      const rank = plan.rank && {...plan.rank, output: plan.rank.output && wanted.has(arity)};
      return {plan: {...plan, input: below.plan, sort, partition: plan.partition.map(remap), rank}, place};
    }
    case 'unnest': {
      const arity = arityOf(plan.input);
      const needed = union(new Set(sorted(wanted).filter(i => i < arity)), inputsRead(plan.args));
      const below = prune(plan.input, needed);
      const width = arityOf(below.plan);
      const place = (i: number) => (i < arity ? below.place(i) : width + i - arity);
      return {plan: {...plan, input: below.plan, args: plan.args.map(a => remapInputs(a, below.place))}, place};
    }
    case 'window':
    case 'partial-aggregate':
    case 'session':
    case 'analytic':
    case 'asof-join':
    case 'temporal-join':
    case 'temporal-filter':
    case 'emit-on-close':
      return pruneWindow(plan, wanted, prune);
    default:
      return unreachable(plan);
  }
}

function placesOf(kept: readonly number[]): (column: number) => number {
  const places = new Map(kept.map((column, i) => [column, i]));
  return column => {
    const place = places.get(column);
    if (place === undefined) throw new Error(`internal error: column ${column} was pruned`);
    return place;
  };
}

function union(a: Iterable<number>, b: Iterable<number>): Set<number> {
  return new Set([...a, ...b]);
}

function expressionsOfCall(call: LogicalAggregateCall): readonly TypedExpression[] {
  const found: TypedExpression[] = [];
  mapAggregateCall(call, e => {
    found.push(e);
    return e;
  });
  return found;
}

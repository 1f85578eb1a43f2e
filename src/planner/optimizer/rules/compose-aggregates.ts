import {aggregateById, functionById} from '../../../functions/registry.ts';
import {concreteType} from '../../../functions/parameter-type.ts';
import type {AggregateDefinition, AggregateLowering} from '../../../functions/definition.ts';
import {sameType, type SqlType} from '../../../types/sql-type.ts';
import {input} from '../../expression/build-expression.ts';
import {sameData} from '../../expression/same-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAggregateCall} from '../../logical/logical-plan.ts';
import type {Rule} from '../rule.ts';

export type Composed = Extract<AggregateLowering, {kind: 'composed'}>;

/** avg and its like become a function of simpler aggregates, which several of them share. */
export const composeAggregates: Rule = {
  name: 'compose-aggregates',
  apply: plan => {
    if (plan.kind !== 'aggregate' || !plan.aggregates.some(a => composedOf(a) !== undefined)) return undefined;
    const calls: LogicalAggregateCall[] = [];
    const names: string[] = [];
    const column = (call: LogicalAggregateCall, name: string): TypedExpression => {
      let place = calls.findIndex(c => sameData(c, call));
      if (place < 0) {
        place = calls.push(call) - 1;
        names.push(name);
      }
      return input(plan.keys.length + place, call.type);
    };
    const values = plan.aggregates.map((call, i): TypedExpression => {
      const name = plan.names[plan.keys.length + i] ?? '';
      const composed = composedOf(call);
      if (composed === undefined) return column(call, name);
      const parts = composed.parts.map(part => partCall(call, part));
      return finalCall(
        composed,
        parts.map(part => column(part, aggregateById(part.function).name)),
        call.type,
      );
    });
    const keys = plan.keys.map((k, i) => input(i, k.type));
    const keyNames = plan.names.slice(0, keys.length);
    return {
      kind: 'project',
      input: {...plan, aggregates: calls, names: [...keyNames, ...names]},
      expressions: [...keys, ...values],
      names: plan.names,
    };
  },
};

function composedOf(call: LogicalAggregateCall): Composed | undefined {
  const {lowering} = aggregateById(call.function);
  return lowering.kind === 'composed' ? lowering : undefined;
}

function partCall(call: LogicalAggregateCall, part: Composed['parts'][number]): LogicalAggregateCall {
  return {...call, ...partOf(call.args, part), orderBy: undefined};
}

/** One of the simpler aggregates, over the arguments of the whole. */
export function partOf(
  whole: readonly TypedExpression[],
  {aggregate, map}: Composed['parts'][number],
): Pick<LogicalAggregateCall, 'function' | 'args' | 'type'> {
  const mapped = map === undefined ? undefined : functionById(map);
  const args =
    mapped === undefined
      ? whole
      : [{kind: 'call', type: concreteType(mapped.returns), function: mapped.id, args: whole} as const satisfies TypedExpression];
  const type = resultType(
    aggregateById(aggregate),
    args.map(a => a.type),
  );
  return {function: aggregate, args, type};
}

function resultType(definition: AggregateDefinition, args: readonly SqlType[]): SqlType {
  return definition.returnType?.(args) ?? concreteType(definition.returns);
}

export function finalCall({final}: Composed, args: readonly TypedExpression[], type: SqlType): TypedExpression {
  const definition = functionById(final);
  const returns = definition.returnType?.(args.map(a => a.type)) ?? concreteType(definition.returns);
  const call: TypedExpression = {kind: 'call', type: returns, function: final, args};
  return sameType(returns, type) ? call : {kind: 'cast', type, explicit: false, arg: call};
}

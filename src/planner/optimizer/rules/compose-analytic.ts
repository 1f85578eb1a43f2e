import {aggregateById, callableById} from '../../../functions/registry.ts';
import {input} from '../../expression/build-expression.ts';
import {sameData} from '../../expression/same-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAnalyticCall} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import type {Rule} from '../rule.ts';
import {finalCall, partOf, type Composed} from './compose-aggregates.ts';

/** avg and its like over a window, as those over groups, become a function of simpler aggregates over the same frame. */
export const composeAnalytic: Rule = {
  name: 'compose-analytic',
  apply: plan => {
    if (plan.kind !== 'analytic' || !plan.calls.some(c => composedOf(c) !== undefined)) return undefined;
    const arity = arityOf(plan.input);
    const calls: LogicalAnalyticCall[] = [];
    const names: string[] = [];
    const column = (call: LogicalAnalyticCall, name: string): TypedExpression => {
      let place = calls.findIndex(c => sameData(c, call));
      if (place < 0) {
        place = calls.push(call) - 1;
        names.push(name);
      }
      return input(arity + place, call.type);
    };
    const values = plan.calls.map((call, i): TypedExpression => {
      const composed = composedOf(call);
      if (composed === undefined) return column(call, plan.names[i] ?? '');
      const parts = composed.parts.map(part => ({...call, ...partOf(call.args, part)}));
      return finalCall(
        composed,
        parts.map(part => column(part, aggregateById(part.function).name)),
        call.type,
      );
    });
    return {
      kind: 'project',
      input: {...plan, calls, names},
      expressions: [...typesOf(plan.input).map((type, i) => input(i, type)), ...values],
      names: [...namesOf(plan.input), ...plan.names],
    };
  },
};

function composedOf(call: LogicalAnalyticCall): Composed | undefined {
  const definition = callableById(call.function);
  return definition.kind === 'aggregate' && definition.lowering.kind === 'composed' ? definition.lowering : undefined;
}

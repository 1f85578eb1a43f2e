import {T} from '../../types/sql-type.ts';
import {constant} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';

/** The time itself, of which the planner knows that its rows may be so many µs behind the watermark, whatever their stream says. */
export function withGracePeriod(time: TypedExpression, micros: bigint): TypedExpression {
  return {kind: 'call', type: time.type, function: `window_grace_${time.type.kind}_int8`, args: [time, constant(micros, T.int8)]};
}

import {sqlError} from '../../common/sql-error.ts';
import type {JoinWithin} from '../../parser/ast/stream-window.ts';
import {T} from '../../types/sql-type.ts';
import {compare, constant} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {durationMicros} from './duration-micros.ts';
import {rowTimeOf} from './event-time.ts';
import type {FromResult} from './from-result.ts';
import type {StatementContext} from './statement-context.ts';
import {withGracePeriod} from './window-grace.ts';

/** ksqlDB's WITHIN: the right row's time lies so much before and after the left row's. `right` has its place behind the left side's columns. */
export function withinConditions(
  statement: StatementContext,
  {before, after, gracePeriod, span}: JoinWithin,
  left: FromResult,
  right: FromResult,
): readonly TypedExpression[] {
  const times = [rowTimeOf(statement, left), rowTimeOf(statement, right)] as const;
  const grace = gracePeriod && durationMicros(gracePeriod, 'or zero');
  const [l, r] = times.map(time => {
    const compared = time && asTimestamptz(time, times);
    return compared === undefined || grace === undefined ? compared : withGracePeriod(compared, grace);
  });
  if (l === undefined || r === undefined) {
    throw sqlError('feature_not_supported', 'JOIN … WITHIN needs a stream on both sides', {
      position: span.start,
      hint: 'Compare the times in ON: r.ts BETWEEN l.ts - INTERVAL … AND l.ts + INTERVAL ….',
    });
  }
  return [
    compare('>=', r, shifted(l, 'mi', durationMicros(before, 'or zero'))),
    compare('<=', r, shifted(l, 'pl', durationMicros(after, 'or zero'))),
  ];
}

/** Both times are compared as the same type. */
function asTimestamptz(time: TypedExpression, times: readonly (TypedExpression | undefined)[]): TypedExpression {
  if (times.every(t => t?.type.kind === time.type.kind) || time.type.kind === 'timestamptz') return time;
  return {kind: 'cast', type: T.timestamptz, explicit: false, arg: time};
}

function shifted(time: TypedExpression, direction: 'mi' | 'pl', micros: bigint): TypedExpression {
  const step = constant({tag: 'interval', months: 0, days: 0, micros}, T.interval);
  return {kind: 'call', type: time.type, function: `${time.type.kind}_${direction}_interval`, args: [time, step]};
}

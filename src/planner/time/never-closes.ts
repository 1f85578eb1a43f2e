import {sqlError, type SqlError} from '../../common/sql-error.ts';
import type {ColumnTimes} from '../../catalog/column-time.ts';
import {dataflowInputs} from '../dataflow/dataflow-inputs.ts';
import type {DataflowPlan} from '../dataflow/dataflow-plan.ts';
import {inputsRead} from '../expression/references.ts';

type Reason = {readonly message: string; readonly hint: string};

const NO_WATERMARK: Reason = {
  message: 'EMIT ON WINDOW CLOSE needs windows over a stream with a watermark',
  hint: 'Declare WATERMARK FOR the time column of the stream.',
};
const RANKS: Reason = {
  message: 'EMIT ON WINDOW CLOSE cannot be used over ranks, limits and functions that reach over several windows',
  hint: 'A later window may change them. Partition by window_end, or ask for them in a view over this one.',
};
const JOIN: Reason = {
  message: 'EMIT ON WINDOW CLOSE cannot be used over this join: what the other side does later could still change closed windows',
  hint: 'Compare the ends of windows or the times of two streams with watermarks, or join a table FOR SYSTEM_TIME AS OF PROCTIME().',
};
const NOW: Reason = {
  message: 'EMIT ON WINDOW CLOSE cannot be used over conditions on the current time, which take rows back',
  hint: 'Put the condition into a view over this one.',
};
const SESSION: Reason = {
  message: 'EMIT ON WINDOW CLOSE cannot tell when a session is over by its start',
  hint: 'Group by its window_end, or select it.',
};

/** Why nothing is known of when the windows end that have an edge in `column`: the error of EMIT ON WINDOW CLOSE. `timesOf`: what is known of a plan. */
export function neverCloses(
  plan: DataflowPlan,
  column: number,
  {timesOf, position}: {readonly timesOf: (plan: DataflowPlan) => ColumnTimes; readonly position: number | undefined},
): SqlError {
  const {message, hint} = reason(plan, column, timesOf);
  return sqlError('feature_not_supported', message, {position, hint});
}

/** That of the lowest node above which nothing is known any more. */
function reason(plan: DataflowPlan, column: number, timesOf: (plan: DataflowPlan) => ColumnTimes): Reason {
  const sources = sourcesOf(plan, column);
  const open = sources.find(([input, c]) => timesOf(input)[c] == null);
  if (open !== undefined) return reason(open[0], open[1], timesOf);
  if (sources.length === 0) return NO_WATERMARK;
  switch (plan.kind) {
    case 'top':
    case 'analytic':
      return RANKS;
    case 'join':
    case 'asof-join':
      return JOIN;
    case 'temporal-filter':
      return NOW;
    case 'session':
    case 'session-aggregate':
      return SESSION;
    default:
      return NO_WATERMARK;
  }
}

/** The columns of inputs that an output column is made of. */
function sourcesOf(plan: DataflowPlan, column: number): readonly (readonly [DataflowPlan, number])[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return [];
    case 'map': {
      const e = plan.projections?.[column];
      const read = e === undefined ? [column] : [...inputsRead([e])];
      return read.map(c => [plan.input, c]);
    }
    case 'aggregate':
    case 'partial-aggregate':
      return column < plan.keys.length ? [[plan.input, plan.keys[column]!]] : [];
    case 'session-aggregate':
      return [[plan.input, plan.keys[column] ?? plan.time]];
    case 'hop':
    case 'session':
      return [[plan.input, column < plan.input.types.length ? column : plan.time]];
    case 'union':
      return plan.inputs.map(input => [input, column]);
    case 'join':
    case 'asof-join':
    case 'temporal-join': {
      const arity = plan.left.types.length;
      return [column < arity ? [plan.left, column] : [plan.right, column - arity]];
    }
    default:
      return dataflowInputs(plan).flatMap(input => (column < input.types.length ? [[input, column] as const] : []));
  }
}

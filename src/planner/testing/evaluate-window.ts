import {unreachable} from '../../common/unreachable.ts';
import {windowStart} from '../../functions/scalar/event-windows.ts';
import {compareDatums} from '../../types/compare.ts';
import type {Datum} from '../../types/datum.ts';
import type {
  DataflowAsOfJoin,
  DataflowHop,
  DataflowPlan,
  DataflowSession,
  DataflowSessionAggregate,
  DataflowTemporalJoin,
} from '../dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {evaluateAnalytic} from './evaluate-analytic.ts';
import {aggregate, groupRows, same, type Row} from './row-sets.ts';

type WindowPlan = Extract<
  DataflowPlan,
  {
    kind:
      | 'hop'
      | 'partial-aggregate'
      | 'session'
      | 'session-aggregate'
      | 'analytic'
      | 'asof-join'
      | 'temporal-join'
      | 'temporal-filter'
      | 'window-close'
      | 'late-gate';
  }
>;
export type Evaluation = {
  readonly rowsOf: (plan: DataflowPlan) => readonly Row[];
  readonly value: (e: TypedExpression, row: Row) => Datum;
  readonly now: bigint;
};

/** The meaning of windows and what belongs to them, by brute force. No row is late and no bound is known. */
export function evaluateWindow(plan: WindowPlan, evaluation: Evaluation): readonly Row[] {
  const {rowsOf, value, now} = evaluation;
  switch (plan.kind) {
    case 'hop':
      return rowsOf(plan.input).flatMap(row => windowsOf(plan, row));
    case 'partial-aggregate':
      return groupRows(rowsOf(plan.input), plan.keys, plan.input.types).map(group => [
        ...plan.keys.map(k => group[0]?.[k] ?? null),
        ...plan.aggregates.map(a => aggregate(a, group, plan.input.types)),
      ]);
    case 'session':
      return sessionsOf(rowsOf(plan.input), plan, plan.partition).flatMap(({rows, start, end}) => rows.map(row => [...row, start, end]));
    case 'session-aggregate':
      return sessionsOf(rowsOf(plan.input), plan, plan.keys).map(({rows, start, end}) => [
        ...plan.keys.map(k => rows[0]?.[k] ?? null),
        start,
        end,
        ...plan.aggregates.map(a => aggregate(a, rows, plan.input.types)),
      ]);
    case 'analytic':
      return evaluateAnalytic(plan, rowsOf(plan.input), value);
    case 'asof-join':
      return asOfJoin(plan, rowsOf(plan.left), rowsOf(plan.right));
    case 'temporal-join':
      return rowsOf(plan.left).flatMap((left): readonly Row[] => {
        const residual = plan.residual;
        const found = rowsOf(plan.right).filter(
          right => matches(plan, left, right) && (residual === undefined || value(residual, [...left, ...right]) === true),
        );
        return pairs(plan, left, found);
      });
    case 'temporal-filter': {
      const at = (row: Row, column: number) => row[column] as bigint | null | undefined;
      return rowsOf(plan.input).filter(row => {
        const from = plan.from === undefined ? now : at(row, plan.from);
        const until = plan.until === undefined ? now + 1n : at(row, plan.until);
        return from !== null && from !== undefined && until !== null && until !== undefined && from <= now && now < until;
      });
    }
    case 'window-close':
    case 'late-gate':
      return rowsOf(plan.input);
    default:
      return unreachable(plan);
  }
}

function windowsOf(plan: DataflowHop, row: Row): readonly Row[] {
  const at = row[plan.time] as bigint | null;
  if (at === null) return [[...row, null, null]];
  const [size, slide, offset] = [BigInt(plan.size), BigInt(plan.slide), BigInt(plan.offset)];
  const found: Row[] = [];
  if (plan.cumulate) {
    const start = windowStart(at, size, offset);
    for (let end = start + slide; end <= start + size; end += slide) if (at < end) found.push([...row, start, end]);
    return found;
  }
  for (let start = windowStart(at, slide, offset); start > at - size; start -= slide) found.push([...row, start, start + size]);
  return found;
}

type SessionRows = {readonly rows: readonly Row[]; readonly start: Datum; readonly end: Datum};

function sessionsOf(
  rows: readonly Row[],
  {time, gap, input}: DataflowSession | DataflowSessionAggregate,
  partition: readonly number[],
): readonly SessionRows[] {
  return groupRows(rows, partition, input.types).flatMap((group): readonly SessionRows[] => {
    const timeOf = (row: Row) => row[time] as bigint;
    const timed = group.filter(row => row[time] !== null).sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
    const sessions: Row[][] = [];
    for (const row of timed) {
      const last = sessions.at(-1)?.at(-1);
      if (last !== undefined && timeOf(row) - timeOf(last) < BigInt(gap)) sessions.at(-1)?.push(row);
      else sessions.push([row]);
    }
    const untimed = group.filter(row => row[time] === null);
    return [
      ...sessions.map(s => ({rows: s, start: timeOf(s[0]!), end: timeOf(s.at(-1)!) + BigInt(gap)})),
      ...(untimed.length === 0 ? [] : [{rows: untimed, start: null, end: null}]),
    ];
  });
}

function matches({left, leftKeys, rightKeys, nullSafe}: DataflowAsOfJoin | DataflowTemporalJoin, l: Row, r: Row): boolean {
  return leftKeys.every((key, i) => {
    const [a, b] = [l[key] ?? null, r[rightKeys[i]!] ?? null];
    return (a !== null || nullSafe[i] === true) && same(left.types[key]!, a, b);
  });
}

function pairs({joinType, right}: DataflowAsOfJoin | DataflowTemporalJoin, left: Row, found: readonly Row[]): readonly Row[] {
  if (found.length === 0 && joinType === 'left') return [[...left, ...right.types.map(() => null)]];
  return found.map(row => [...left, ...row]);
}

function asOfJoin(plan: DataflowAsOfJoin, left: readonly Row[], right: readonly Row[]): readonly Row[] {
  const type = plan.left.types[plan.leftTime]!;
  const order = (a: Datum | undefined, b: Datum | undefined) => (a == null || b == null ? NaN : compareDatums(type, a, b));
  return left.flatMap(l => {
    const candidates = right.filter(r => {
      const distance = order(l[plan.leftTime], r[plan.rightTime]);
      return matches(plan, l, r) && (plan.strict ? distance > 0 : distance >= 0);
    });
    const nearest = candidates.reduce<Row | undefined>(
      (best, r) => (best === undefined || order(r[plan.rightTime], best[plan.rightTime]) > 0 ? r : best),
      undefined,
    );
    return pairs(plan, l, nearest === undefined ? [] : [nearest]);
  });
}

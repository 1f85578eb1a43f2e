import {sqlError} from '../common/sql-error.ts';
import {callableById} from '../functions/registry.ts';
import type {Feature} from './binder/feature.ts';
import {inputsOf} from './logical/map-inputs.ts';
import {expressionsOf} from './logical/map-expressions.ts';
import {isAppendOnly} from './optimizer/properties/append-only.ts';
import {movesWithTime, readsProcessingTime} from './optimizer/rules/filter-by-time.ts';
import type {LogicalPlan} from './logical/logical-plan.ts';

type Refusal = {readonly message: string; readonly hint?: string | undefined};

const AD_HOC_HINT = 'It can be used in an ad-hoc SELECT on the view.';

/** What a maintained view never contains, or not yet, whatever plan comes of it. */
const REFUSED: Partial<Record<Feature['kind'], (what: string) => Refusal>> = {
  'set-operation': what => ({message: `${what} is not supported in a maintained view yet`}),
  'set-returning-function': what => ({message: `set-returning function ${what} is not supported in a maintained view yet`}),
  'collecting-aggregate': what => ({message: `aggregate function ${what} is not supported in a maintained view yet`, hint: AD_HOC_HINT}),
  'volatile-function': what => ({
    message: `volatile function ${what} is not allowed in a maintained view`,
    hint: 'The result of a view has to follow from its inputs.',
  }),
  'session-function': what => ({
    message: `function ${what} is not allowed in a maintained view`,
    hint: 'Its result depends on the session that asks.',
  }),
  'system-relation': what => ({message: `system relation ${what} cannot be read by a maintained view`}),
  'error-relation': what => ({message: `error relation ${what} cannot be read by a maintained view yet`}),
  parameter: () => ({message: 'materialized views may not be defined using bound parameters'}),
};

/** Plans that the operators cannot maintain yet, and the part of the text to which that is due. */
const REFUSED_SHAPES: readonly {
  readonly feature: Feature['kind'];
  readonly matches: (plan: LogicalPlan) => boolean;
  readonly refusal: Refusal;
}[] = [
  {
    feature: 'subquery-expression',
    matches: p => p.kind === 'apply' || p.kind === 'join',
    refusal: {message: 'subqueries in expressions are not supported in a maintained view yet', hint: 'Write the query as a join.'},
  },
  {
    feature: 'time-function',
    matches: p => expressionsOf(p).some(movesWithTime),
    refusal: {
      message: 'the current time is not supported here in a maintained view',
      hint: "A condition of WHERE may compare it with a time of the row: WHERE ts > now() - INTERVAL '1 hour'.",
    },
  },
  {
    feature: 'time-function',
    matches: p => expressionsOf(p).some(readsProcessingTime) && !inputsOf(p).every(isAppendOnly),
    refusal: {
      message: 'PROCTIME() is supported over rows that are never taken back',
      hint: 'Use it in a subquery over a stream.',
    },
  },
  {
    feature: 'window-function',
    matches: p => p.kind === 'analytic' && p.calls.some(c => isCollecting(c.function)),
    refusal: {message: 'this aggregate is not supported as a window function in a maintained view yet', hint: AD_HOC_HINT},
  },
  {
    feature: 'outer-join',
    matches: p => p.kind === 'join' && (p.joinType === 'left' || p.joinType === 'full'),
    refusal: {
      message: 'outer joins are not supported in a maintained view yet',
      hint: 'Make views of both sides, or of their inner join, and write the outer join in the SELECT that reads them.',
    },
  },
  {
    feature: 'lateral',
    matches: p => p.kind === 'unnest' || (p.kind === 'join' && p.joinType !== 'inner'),
    refusal: {message: 'this LATERAL join is not supported in a maintained view yet'},
  },
];

function isCollecting(id: string): boolean {
  const definition = callableById(id);
  return definition.kind === 'aggregate' && definition.lowering.kind !== 'native';
}

/** Errors: 0A000 with position and hint for the first thing in a query that a maintained view cannot have. `plan` is optimised. */
export function refuseUnmaintainable(plan: LogicalPlan, features: readonly Feature[]): void {
  for (const {kind, position, what} of features) {
    const refusal = REFUSED[kind]?.(what ?? '');
    if (refusal !== undefined) throw sqlError('feature_not_supported', refusal.message, {position, hint: refusal.hint});
  }
  for (const {feature, matches, refusal} of REFUSED_SHAPES) {
    const written = features.find(f => f.kind === feature);
    if (written === undefined || !contains(plan, matches)) continue;
    throw sqlError('feature_not_supported', refusal.message, {position: written.position, hint: refusal.hint});
  }
}

/** Errors: 0A000 for a query that is answered once and yet waits for windows to close. */
export function refuseWaiting(plan: LogicalPlan): void {
  if (!contains(plan, p => p.kind === 'emit-on-close')) return;
  throw sqlError('feature_not_supported', 'EMIT ON WINDOW CLOSE is for materialized views and sinks', {
    hint: 'An ad-hoc SELECT is answered at once: ask for the windows that it should show.',
  });
}

function contains(plan: LogicalPlan, matches: (plan: LogicalPlan) => boolean): boolean {
  return matches(plan) || inputsOf(plan).some(input => contains(input, matches));
}

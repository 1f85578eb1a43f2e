import {sqlError} from '../../common/sql-error.ts';
import type {Option} from '../../parser/ast/option.ts';
import {optionText} from './option-text.ts';

export const STAGES = ['logical', 'optimized', 'dataflow', 'codegen'] as const;
export type Stage = (typeof STAGES)[number];

export type ExplainOptions = {
  readonly stage: Stage;
  readonly analyze: boolean;
  readonly format: 'text' | 'json';
  readonly timing: boolean;
  /** Planning and execution time at the end. */
  readonly summary: boolean;
};

/** PostgreSQL's options of what Millrace has nothing to say on: estimates, buffers … */
const WITHOUT_EFFECT = new Set(['verbose', 'costs', 'settings', 'generic_plan', 'buffers', 'wal', 'memory', 'serialize']);

/** What stands between EXPLAIN and the statement; of an option that is given twice the last one counts. */
export function explainOptions(options: readonly Option[]): ExplainOptions {
  const found: {stage: Stage; analyze: boolean; format: 'text' | 'json'; timing?: boolean; summary?: boolean} = {
    stage: 'dataflow',
    analyze: false,
    format: 'text',
  };
  for (const option of options) {
    const key = option.key.toLowerCase();
    const stage = STAGES.find(name => name === key);
    if (stage !== undefined) {
      if (booleanOf(option)) found.stage = stage;
    } else if (key === 'analyze' || key === 'analyse') found.analyze = booleanOf(option);
    else if (key === 'timing' || key === 'summary') found[key] = booleanOf(option);
    else if (key === 'format') found.format = formatOf(option);
    else if (!WITHOUT_EFFECT.has(key))
      throw sqlError('syntax_error', `unrecognized EXPLAIN option "${option.key}"`, {position: option.span.start});
  }
  if (found.timing === true && !found.analyze) throw sqlError('invalid_parameter_value', 'EXPLAIN option TIMING requires ANALYZE');
  if (found.stage !== 'dataflow' && (found.analyze || found.format === 'json'))
    throw sqlError('feature_not_supported', `EXPLAIN (${found.stage.toUpperCase()}) has no ${found.analyze ? 'ANALYZE' : 'FORMAT JSON'}`);
  return {...found, timing: found.timing ?? found.analyze, summary: found.summary ?? found.analyze};
}

const TRUE = new Set(['true', 'on', '1']);
const FALSE = new Set(['false', 'off', '0']);

function booleanOf({key, value, span}: Option): boolean {
  const text = value === undefined ? 'true' : optionText(value).toLowerCase();
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw sqlError('syntax_error', `${key} requires a Boolean value`, {position: span.start});
}

function formatOf({value, key, span}: Option): 'text' | 'json' {
  const text = value === undefined ? '' : optionText(value).toLowerCase();
  if (text === 'text' || text === 'json') return text;
  if (text === 'xml' || text === 'yaml')
    throw sqlError('feature_not_supported', `EXPLAIN (FORMAT ${text.toUpperCase()}) is not supported`, {
      position: span.start,
      hint: 'FORMAT JSON and FORMAT TEXT are.',
    });
  throw sqlError('invalid_parameter_value', `unrecognized value for EXPLAIN option "${key}": "${text}"`, {position: span.start});
}

import {detachedContext, type EvaluationContext} from '../../functions/evaluation-context.ts';
import type {EvaluationSettings} from './commands.ts';

/** The context of expressions that a session's statement brings; `step` = that of its snapshot. */
export function evaluationOf({now, statementTime, timeZone, session}: EvaluationSettings, step: number): EvaluationContext {
  return detachedContext({step, now, statementTime, timeZone, setting: name => session[name]});
}

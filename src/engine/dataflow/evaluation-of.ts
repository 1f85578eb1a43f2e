import {detachedContext, type EvaluationContext} from '../../functions/evaluation-context.ts';
import type {EvaluationSettings} from './commands.ts';

/** The context of expressions that a session's statement brings. */
export function evaluationOf({now, statementTime, timeZone, session}: EvaluationSettings): EvaluationContext {
  return detachedContext({now, statementTime, timeZone, setting: name => session[name]});
}

import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {FunctionArgument, FunctionCall} from '../../parser/ast/function-call.ts';

export type EventWindow = 'tumble' | 'hop' | 'cumulate' | 'session';

/** The arguments of each window, in order; those in brackets may be left out. */
const PARAMETERS: Readonly<Record<EventWindow, readonly string[]>> = {
  tumble: ['data', 'timecol', 'size', '[offset]'],
  hop: ['data', 'timecol', 'slide', 'size', '[offset]'],
  cumulate: ['data', 'timecol', 'step', 'size', '[offset]'],
  session: ['data', 'timecol', 'gap'],
};

/** What can be given by name only, and what it is called here. */
const OPTIONS: Readonly<Record<string, string>> = {grace: 'grace', allowed_lateness: 'grace'};

/** Which window over the rows of a relation a call in FROM means; undefined for other functions. */
export function eventWindowOf({name, syntax}: FunctionCall): EventWindow | undefined {
  const [part, ...more] = name.parts;
  if (part === undefined || more.length > 0 || syntax !== undefined) return undefined;
  return Object.hasOwn(PARAMETERS, part.name) ? (part.name as EventWindow) : undefined;
}

/** The call's arguments by parameter. Errors: 42883 when they do not fit. */
export function windowArguments(window: EventWindow, call: FunctionCall): ReadonlyMap<string, Expression> {
  const parameters = PARAMETERS[window].map(p => p.replace(/[[\]]/g, ''));
  const found = new Map<string, Expression>();
  for (const [i, arg] of call.args.entries()) {
    const parameter = parameterOf(arg, parameters[i]);
    if (parameter === undefined || !(parameters.includes(parameter) || parameter === 'grace') || found.has(parameter))
      throw wrongCall(window, arg.span.start);
    found.set(parameter, arg.value);
  }
  const missing = PARAMETERS[window].find(p => !p.startsWith('[') && !found.has(p));
  if (missing !== undefined || call.star || call.distinct || call.orderBy.length > 0) throw wrongCall(window, call.span.start);
  return found;
}

const parameterOf = ({name}: FunctionArgument, positional: string | undefined) =>
  name === undefined ? positional : Object.hasOwn(OPTIONS, name.name) ? OPTIONS[name.name] : name.name;

const USAGE: Readonly<Record<EventWindow, string>> = {
  tumble: 'TUMBLE(relation, time column, size [, offset] [, grace => …])',
  hop: 'HOP(relation, time column, slide, size [, offset] [, grace => …])',
  cumulate: 'CUMULATE(relation, time column, step, size [, offset] [, grace => …])',
  session: 'SESSION(relation, time column, gap [, grace => …] [PARTITION BY …])',
};

export function wrongCall(window: EventWindow, position: number) {
  return sqlError('undefined_function', `the arguments of ${window.toUpperCase()} do not fit`, {
    position,
    hint: `It is called as ${USAGE[window]}.`,
  });
}

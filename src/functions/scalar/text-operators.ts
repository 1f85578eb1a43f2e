import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {outputText, textOf} from './text-of.ts';

const {strict, variadic} = definer('text');

const infallible = {fallible: false};

export const TEXT_OPERATORS: readonly FunctionDefinition[] = [
  strict('textcat', 1258, 'text,text', 'text', 'Concatenation', (a, b) => a + b, {operator: '||', ...infallible}),
  strict(
    'textanycat',
    2003,
    'text,anynonarray',
    'text',
    'Concatenation with the text of any value',
    (a, b, context, types) => a + textOf(b, types.args[1], context),
    {operator: '||', volatility: 'stable', ...infallible},
  ),
  strict(
    'anytextcat',
    2004,
    'anynonarray,text',
    'text',
    'Concatenation with the text of any value',
    (a, b, context, types) => textOf(a, types.args[0], context) + b,
    {operator: '||', volatility: 'stable', ...infallible},
  ),
  variadic(
    'concat',
    3058,
    '',
    'any',
    'text',
    'The text of all arguments one after the other; NULLs are left out',
    (args, context, types) => args.map((arg, i) => (arg === null ? '' : outputText(arg, types.args[i], context))).join(''),
    {volatility: 'stable', ...infallible},
  ),
  variadic(
    'concat_ws',
    3059,
    'text',
    'any',
    'text',
    'The text of all arguments but the first, separated by the first; NULLs are left out',
    ([separator, ...args], context, types) => {
      if (separator === null || separator === undefined) return null;
      const parts = args.flatMap((arg, i) => (arg === null ? [] : [outputText(arg, types.args[i + 1], context)]));
      return parts.join(separator as string);
    },
    {volatility: 'stable', ...infallible},
  ),
];

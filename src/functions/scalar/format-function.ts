import {sqlError} from '../../common/sql-error.ts';
import type {Datum} from '../../types/datum.ts';
import type {CallTypes} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {quoteIdentifier, quoteLiteral} from './quoting.ts';
import {outputText} from './text-of.ts';

const SPECIFIER = /^%(?:(\d+)\$)?(-?)(?:(\d+)|\*(?:(\d+)\$)?)?(.?)/su;

/** format(text, …): %s, %I, %L with positions, widths and the left-justify flag. 22023 for malformed ones and missing arguments. */
export function sqlFormat(args: readonly Datum[], context: EvaluationContext, types: CallTypes): string | null {
  const [template, ...values] = args;
  if (template === null || template === undefined) return null;
  const reader = new FormatReader(values, types, context);
  return reader.expand(template as string);
}

class FormatReader {
  readonly #values: readonly Datum[];
  readonly #types: CallTypes;
  readonly #context: EvaluationContext;
  #next = 0;

  constructor(values: readonly Datum[], types: CallTypes, context: EvaluationContext) {
    this.#values = values;
    this.#types = types;
    this.#context = context;
  }

  expand(template: string): string {
    let result = '';
    let rest = template;
    for (let at = rest.indexOf('%'); at >= 0; at = rest.indexOf('%')) {
      result += rest.slice(0, at);
      rest = rest.slice(at);
      if (rest.startsWith('%%')) {
        result += '%';
        rest = rest.slice(2);
        continue;
      }
      const found = SPECIFIER.exec(rest);
      if (found === null) throw unterminated();
      result += this.#specifier(found);
      rest = rest.slice(found[0].length);
    }
    return result + rest;
  }

  #specifier([whole, position, minus, width, widthPosition, conversion = '']: RegExpExecArray): string {
    if (conversion === '') throw unterminated();
    if (!/[sIL]/.test(conversion)) {
      throw sqlError('invalid_parameter_value', `unrecognized format() type specifier "${conversion}"`, {
        hint: 'For a single "%" use "%%".',
      });
    }
    let size = width === undefined ? 0 : Number(width);
    if (whole.includes('*')) size = Number(this.#take(widthPosition)[0] ?? 0);
    const [value, index] = this.#take(position);
    const text = this.#text(value, index, conversion);
    return minus === '-' || size < 0 ? text.padEnd(Math.abs(size)) : text.padStart(size);
  }

  #take(position: string | undefined): readonly [Datum, number] {
    if (position === '0') throw sqlError('invalid_parameter_value', 'format specifies argument 0, but arguments are numbered from 1');
    const index = position === undefined ? this.#next : Number(position) - 1;
    this.#next = index + 1;
    if (index >= this.#values.length) throw sqlError('invalid_parameter_value', 'too few arguments for format()');
    return [this.#values[index] ?? null, index];
  }

  #text(value: Datum, index: number, conversion: string): string {
    if (value === null) {
      if (conversion === 'I') throw sqlError('null_value_not_allowed', 'null values cannot be formatted as an SQL identifier');
      return conversion === 'L' ? 'NULL' : '';
    }
    const text = outputText(value, this.#types.args[index + 1], this.#context);
    if (conversion === 'I') return quoteIdentifier(text);
    return conversion === 'L' ? quoteLiteral(text) : text;
  }
}

function unterminated() {
  return sqlError('invalid_parameter_value', 'unterminated format() type specifier', {hint: 'For a single "%" use "%%".'});
}

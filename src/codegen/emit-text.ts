import {functionById} from '../functions/registry.ts';
import {unitOfPattern} from '../functions/formatting/date-pattern.ts';
import type {CallExpression} from '../planner/expression/typed-expression.ts';
import {T} from '../types/sql-type.ts';
import {ByteRegex} from './byte-regex.ts';
import {rangeCode} from './emit-compare.ts';
import {emitPure} from './emit-strict.ts';
import {anyNull, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';
import {RowRange, UnitText} from './row-range.ts';

const LOWER_A = 97;
const UPPER_A = 65;

/**
 * Functions of text that work on the bytes of a column and make no strings: parts of a text are ranges of it. Undefined where the general
 * path is needed: arguments that are no constants, delimiters of several bytes, patterns that are more than plain.
 */
export function emitText(emitter: KernelEmitter, e: CallExpression, args: readonly KernelValue[]): KernelValue | undefined {
  const [text, second, third] = args;
  if (text?.form === 'i64n' && e.function === 'date_format_timestamp_text') return emitDateFormat(emitter, e, text, second);
  if (text?.form !== 'bytes') return undefined;
  switch (e.function) {
    case 'lower_text':
      return emitRange(emitter, e, text, `changeCase(${rangeCode(text)}, ${UPPER_A}, ${LOWER_A - UPPER_A})`, 'own');
    case 'upper_text':
      return emitRange(emitter, e, text, `changeCase(${rangeCode(text)}, ${LOWER_A}, ${UPPER_A - LOWER_A})`, 'own');
    case 'split_index_text_text_int4': {
      const delimiter = singleByte(second);
      const index = constantOf(third);
      if (delimiter === undefined || typeof index !== 'number' || index < 0) return undefined;
      return emitRange(emitter, e, text, `field(${rangeCode(text)}, ${delimiter}, ${index})`, 'within');
    }
    case 'regexp_extract_text_text':
    case 'regexp_extract_text_text_int4': {
      const pattern = constantOf(second);
      const group = third === undefined ? 0 : constantOf(third);
      const regex = typeof pattern === 'string' ? ByteRegex.compile(pattern) : undefined;
      if (regex === undefined || typeof group !== 'number' || group < 0 || group * 2 >= regex.groups.length) return undefined;
      return emitRange(emitter, e, text, `match(${rangeCode(text)}, ${emitter.constant(regex)}, ${group})`, 'within');
    }
    case 'count_char_text_text': {
      const byte = singleByte(second);
      if (byte === undefined) return undefined;
      const count = `rt.countByte(${rangeCode(text)}, ${byte})`;
      const wide = emitter.mode.wide;
      return emitPure(emitter, [text], {type: T.int8, form: wide ? 'i64w' : 'i64n'}, wide ? `BigInt(${count})` : count);
    }
    default:
      return undefined;
  }
}

const constantOf = (value: KernelValue | undefined) => value?.constant?.value;

function singleByte(value: KernelValue | undefined): number | undefined {
  const text = constantOf(value);
  return typeof text === 'string' && text.length === 1 && text.charCodeAt(0) < 128 ? text.charCodeAt(0) : undefined;
}

/** A range computed by a method of RowRange, once for each row however often the expression occurs. */
function emitRange(emitter: KernelEmitter, e: CallExpression, text: KernelValue, call: string, where: 'within' | 'own'): KernelValue {
  const range = emitter.constant(emitter.once(e, () => new RowRange()));
  const isNull = anyNull([text]);
  const guard = isNull === undefined ? '' : ` && !(${isNull})`;
  emitter.line(`if (${range}.row !== i${guard}) { ${range}.row = i; ${range}.${call}; }`);
  const isMissing = where === 'own' ? undefined : `!${range}.found`;
  return {
    form: 'bytes',
    type: e.type,
    code: `${range}.data`,
    start: `${range}.start`,
    end: `${range}.end`,
    source: where === 'within' ? text.source : undefined,
    isNull: isNull === undefined || isMissing === undefined ? (isNull ?? isMissing) : `(${isNull} || ${isMissing})`,
    fallible: text.fallible,
  };
}

/** `date_format(ts, 'yyyy-MM-dd')` on narrow timestamps. */
function emitDateFormat(emitter: KernelEmitter, e: CallExpression, at: KernelValue, pattern: KernelValue | undefined) {
  const template = constantOf(pattern);
  if (typeof template !== 'string' || at.constant !== undefined) return undefined;
  const {evaluate} = functionById(e.function);
  const types = {args: e.args.map(arg => arg.type), returns: e.type};
  const format = (micros: bigint) => evaluate([micros, template], emitter.context, types) as string | null;
  try {
    format(0n);
  } catch {
    return undefined;
  }
  const text = new UnitText(unitOfPattern(template), format);
  const name = emitter.constant(text);
  const set = `${name}.set(Math.floor(${at.code} / ${text.unit}));`;
  emitter.line(at.isNull === undefined ? set : `if (!(${at.isNull})) ${set}`);
  return {
    form: 'bytes',
    type: e.type,
    code: `${name}.data`,
    start: '0',
    end: `${name}.end`,
    isNull: at.isNull,
    fallible: at.fallible,
  } as const;
}

import type {CallExpression} from '../planner/expression/typed-expression.ts';
import {T} from '../types/sql-type.ts';
import {rangeCode} from './emit-compare.ts';
import {emitPure} from './emit-strict.ts';
import type {KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';

/** LIKE and starts_with by the ids of their definitions; true = negated. */
const LIKE: Readonly<Record<string, boolean>> = {
  textlike: false,
  textnlike: true,
  like_text_text: false,
  notlike_text_text: true,
  namelike: false,
  namenlike: true,
};

/** `x LIKE 'abc%'` and its like against a constant: compared on the bytes of the column. Undefined where that does not apply. */
export function emitLike(emitter: KernelEmitter, e: CallExpression, args: readonly KernelValue[]): KernelValue | undefined {
  const [text, pattern] = args;
  const constant = pattern?.constant?.value;
  if (text?.form !== 'bytes' || typeof constant !== 'string') return undefined;
  if (e.function === 'starts_with_text_text') return emitTest(emitter, text, 'startsWith', constant, false);
  const negated = LIKE[e.function];
  if (negated === undefined) return undefined;
  const shape = /^(%*)([^%_\\]*)(%*)$/s.exec(constant);
  if (shape === null) return undefined;
  const [, before = '', part = '', after = ''] = shape;
  if (before !== '' && after !== '') return emitTest(emitter, text, 'contains', part, negated);
  if (after !== '') return emitTest(emitter, text, 'startsWith', part, negated);
  return emitTest(emitter, text, before !== '' ? 'endsWith' : 'equals', part, negated);
}

function emitTest(emitter: KernelEmitter, text: KernelValue, test: string, part: string, negated: boolean): KernelValue {
  const bytes = emitter.constant(Buffer.from(part, 'utf8'));
  return emitPure(emitter, [text], {type: T.bool, form: 'bool'}, `${negated ? '!' : ''}rt.${test}(${rangeCode(text)}, ${bytes})`);
}

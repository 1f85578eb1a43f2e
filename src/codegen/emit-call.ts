import {unreachable} from '../common/unreachable.ts';
import type {FunctionDefinition} from '../functions/definition.ts';
import type {DecimalOperation, InlineTemplate, ResultRange} from '../functions/inline-template.ts';
import {functionById} from '../functions/registry.ts';
import type {CallExpression} from '../planner/expression/typed-expression.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';
import {emitDecimal} from './emit-decimal.ts';
import {emitLike} from './emit-like.ts';
import {emitStrict} from './emit-strict.ts';
import {emitTemporal} from './emit-temporal.ts';
import {emitText} from './emit-text.ts';
import {KERNEL_ERRORS} from './kernel-errors.ts';
import {RERUN_WIDE, anyNull, outsideSafe, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';

/** A function call: inlined where the definition has a template for the forms at hand, a call of its implementation otherwise. */
export function emitCall(emitter: KernelEmitter, e: CallExpression): KernelValue {
  const definition = functionById(e.function);
  const args = e.args.map(arg => emitter.emit(arg));
  if (definition.strict && anyNull(args) === 'true') return emitter.nullResult(e.type, args);
  const inlined =
    emitLike(emitter, e, args) ??
    emitTemporal(emitter, e, args) ??
    emitText(emitter, e, args) ??
    emitInline(emitter, definition, e.type, args);
  return inlined ?? emitGenericCall(emitter, definition, e, args);
}

function emitInline(
  emitter: KernelEmitter,
  {inline, strict}: FunctionDefinition,
  type: SqlType,
  args: readonly KernelValue[],
): KernelValue | undefined {
  if (inline === undefined || !strict) return undefined;
  if (inline.decimal !== undefined) return emitDecimalCall(emitter, inline.decimal, type, args);
  if (inline.bytes !== undefined) {
    return args.every(arg => arg.form === 'bytes') ? emitTemplate(emitter, inline.bytes, type, args) : undefined;
  }
  const has64 = [type, ...args.map(arg => arg.type)].some(t => physicalOf(t) === 'i64');
  if (!has64) return inline.number && isNumbers(args) ? emitTemplate(emitter, inline.number, type, args) : undefined;
  const template = emitter.mode.wide ? inline.wide : inline.narrow;
  return template === undefined ? undefined : emitTemplate(emitter, template, type, args);
}

function isNumbers(args: readonly KernelValue[]): boolean {
  return args.every(arg => arg.form === 'i32' || arg.form === 'f64' || arg.form === 'bool');
}

function emitDecimalCall(
  emitter: KernelEmitter,
  operation: DecimalOperation,
  type: SqlType,
  args: readonly KernelValue[],
): KernelValue | undefined {
  return args.every(arg => arg.form === 'dec') ? emitDecimal(emitter, operation, type, args) : undefined;
}

function emitTemplate(emitter: KernelEmitter, template: InlineTemplate, type: SqlType, args: readonly KernelValue[]): KernelValue {
  const wide = emitter.mode.wide && physicalOf(type) === 'i64';
  const operands = args.map((arg, i) => operandCode(arg, wide && !(template.keep ?? []).includes(i)));
  const code = template.code.replaceAll(/\$(\d)/g, (_, index: string) => operands[Number(index)] ?? '');
  const divisor = template.divisor === undefined ? undefined : args[template.divisor];
  const checksDivisor = divisor !== undefined && Number(divisor.constant?.value ?? 0) === 0;
  const fallible = checksDivisor || (template.range !== undefined && template.range !== 'safe');
  return emitStrict(emitter, args, {type, form: emitter.naturalForm(type), fallible}, assign => {
    const compute = () => emitChecked(emitter, template.range, code, operands, assign);
    if (!checksDivisor) return compute();
    const zero = wide ? '0n' : '0';
    emitter.writer.block(`if (${operands[template.divisor ?? 0]} === ${zero})`, () =>
      emitter.fail(emitter.constant(KERNEL_ERRORS.zeroDivisor)),
    );
    emitter.writer.block('else', compute);
  });
}

function operandCode(arg: KernelValue, wide: boolean): string {
  if (arg.form === 'bytes') return `${arg.code}, ${arg.start}, ${arg.end}`;
  if (!wide || arg.form === 'i64w') return arg.code;
  return arg.constant === undefined ? `BigInt(${arg.code})` : `${arg.code.replaceAll(/[()]/g, '')}n`.replace(/^(-.*)$/, '($1)');
}

function emitChecked(
  emitter: KernelEmitter,
  range: ResultRange | undefined,
  code: string,
  operands: readonly string[],
  assign: (code: string) => void,
): void {
  if (range === undefined) return assign(code);
  const t = emitter.writer.name('t');
  emitter.line(`const ${t} = ${code};`);
  switch (range) {
    case 'int2':
      return emitChecks(emitter, [[`((${t} << 16) >> 16) !== ${t}`, 'int2']], () => assign(`${t} | 0`));
    case 'int4':
      return emitChecks(emitter, [[`(${t} | 0) !== ${t}`, 'int4']], () => assign(`${t} | 0`));
    case 'int8':
      return emitChecks(emitter, [[`${t} > 9223372036854775807n || ${t} < -9223372036854775808n`, 'int8']], () => assign(t));
    case 'safe':
      emitter.bail(RERUN_WIDE, outsideSafe(t));
      return assign(t);
    default:
      return emitFloatCheck(emitter, range, t, operands, assign);
  }
}

type FloatRange = Exclude<ResultRange, 'int2' | 'int4' | 'int8' | 'safe'>;

function emitFloatCheck(
  emitter: KernelEmitter,
  range: FloatRange,
  t: string,
  [a = '', b = '']: readonly string[],
  assign: (code: string) => void,
): void {
  const infinite = `(${t} === Infinity || ${t} === -Infinity)`;
  const finite = (name: string) => `Number.isFinite(${name})`;
  switch (range) {
    case 'float-sum':
    case 'float4-sum':
      return emitChecks(emitter, [[`${infinite} && ${finite(a)} && ${finite(b)}`, 'overflow']], () => assign(t));
    case 'float-product':
    case 'float4-product':
      return emitChecks(
        emitter,
        [
          [`${infinite} && ${finite(a)} && ${finite(b)}`, 'overflow'],
          [`${t} === 0 && ${a} !== 0 && ${b} !== 0`, 'underflow'],
        ],
        () => assign(t),
      );
    case 'float-quotient':
    case 'float4-quotient':
      return emitChecks(
        emitter,
        [
          [`${b} === 0 && ${a} === ${a}`, 'zeroDivisor'],
          [`${infinite} && ${finite(a)}`, 'overflow'],
          [`${t} === 0 && ${a} !== 0 && ${finite(b)}`, 'underflow'],
        ],
        () => assign(t),
      );
    default:
      return unreachable(range);
  }
}

/** `if … fail; else if … fail; else …` */
function emitChecks(
  emitter: KernelEmitter,
  checks: readonly (readonly [condition: string, error: keyof typeof KERNEL_ERRORS])[],
  otherwise: () => void,
): void {
  for (const [i, [condition, error]] of checks.entries()) {
    emitter.writer.block(`${i === 0 ? '' : 'else '}if (${condition})`, () => emitter.fail(emitter.constant(KERNEL_ERRORS[error])));
  }
  emitter.writer.block('else', otherwise);
}

/** Calls the definition's implementation with datums, NULLs and all. */
function emitGenericCall(
  emitter: KernelEmitter,
  definition: FunctionDefinition,
  e: CallExpression,
  args: readonly KernelValue[],
): KernelValue {
  const list = emitter.constant(new Array(args.length).fill(null));
  const types = emitter.constant({args: e.args.map(arg => arg.type), returns: e.type});
  const isNull = definition.strict ? anyNull(args) : undefined;
  const result = emitter.writer.name('r');
  const guard = [isNull === undefined ? undefined : `!(${isNull})`, args.some(arg => arg.fallible) ? 'err === null' : undefined].filter(
    condition => condition !== undefined,
  );
  const call = `${emitter.constant(definition.evaluate)}(${list}, ${emitter.constant(emitter.context)}, ${types})`;
  emitter.line(`let ${result} = null;`);
  const body = () => {
    for (const [i, arg] of args.entries()) {
      emitter.line(`${list}[${i}] = ${definition.strict ? emitter.datumCode(arg) : emitter.nullableDatumCode(arg)};`);
    }
    if (definition.fallible) {
      emitter.line(`try { ${result} = ${call}; } catch (thrown) { if (err === null) err = rt.error(thrown); }`);
    } else emitter.line(`${result} = ${call};`);
  };
  emitter.writer.block(guard.length === 0 ? '' : `if (${guard.join(' && ')})`, body);
  return emitter.fromDatum(e.type, result, definition.fallible || args.some(arg => arg.fallible));
}

/**
 * How the code generator computes a strict function without a call. `$0`, `$1` … stand for the operands (not NULL) and are JavaScript
 * expressions without side effects:
 *
 *  number   int2, int4, float4, float8: numbers; bool: booleans; date: numbers
 *  narrow   as `number`, int8 and the time types included while all are safe integers; a result beyond ±(2^53 − 1) repeats the batch wide
 *  wide     int8 and the time types as bigint; every integer operand is converted to bigint first unless `keep` lists it
 *  decimal  numeric as scaled safe integers: the generator knows how scales combine
 *  bytes    text, varchar, name, bytea as a range; `$0` is `data, start, end`
 *
 * `rt` is codegen/kernel-runtime.ts.
 */
export type InlineTemplates = {
  readonly number?: InlineTemplate | undefined;
  readonly narrow?: InlineTemplate | undefined;
  readonly wide?: InlineTemplate | undefined;
  readonly decimal?: DecimalOperation | undefined;
  readonly bytes?: InlineTemplate | undefined;
};

export type InlineTemplate = {
  readonly code: string;
  /** Check of the result: out of range is error 22003. `safe` is the narrow form's own bound. */
  readonly range?: ResultRange | undefined;
  /** Argument that must not be zero (22012). */
  readonly divisor?: number | undefined;
  /** Wide form: arguments taken as numbers. */
  readonly keep?: readonly number[] | undefined;
};
export type ResultRange =
  | 'int2'
  | 'int4'
  | 'int8'
  | 'safe'
  | 'float-sum'
  | 'float-product'
  | 'float-quotient'
  | 'float4-sum'
  | 'float4-product'
  | 'float4-quotient';
export type DecimalOperation = 'add' | 'subtract' | 'multiply' | 'modulo' | 'negate' | 'abs' | 'plus';

import type {Span} from './span.ts';
import type {TypeName} from './type-name.ts';

/** Digits only, without sign, any length; the binder chooses int4, int8 or numeric by its size. Hex, octal and binary forms are rewritten in decimal. */
export type IntegerLiteral = {readonly kind: 'integer-literal'; readonly text: string; readonly span: Span};

/** A number with a point or an exponent, without sign, as written: `1.50`, `.5`, `1e10`. */
export type DecimalLiteral = {readonly kind: 'decimal-literal'; readonly text: string; readonly span: Span};

/** `'…'`, `E'…'`, `U&'…'` and `$$…$$` alike: escapes are already resolved. Its type is unknown until it is bound. */
export type StringLiteral = {readonly kind: 'string-literal'; readonly value: string; readonly span: Span};

/** `B'0101'` (base 2) or `X'1f'` (base 16); `digits` as written. */
export type BitStringLiteral = {readonly kind: 'bit-string-literal'; readonly base: 2 | 16; readonly digits: string; readonly span: Span};

export type NullLiteral = {readonly kind: 'null-literal'; readonly span: Span};
export type BooleanLiteral = {readonly kind: 'boolean-literal'; readonly value: boolean; readonly span: Span};

/** `date '2024-01-01'`, `numeric(10,2) '1.5'`, `interval '1 2' day to hour` (the fields are part of the type name). */
export type TypedLiteral = {readonly kind: 'typed-literal'; readonly typeName: TypeName; readonly value: string; readonly span: Span};

export type Literal = IntegerLiteral | DecimalLiteral | StringLiteral | BitStringLiteral | NullLiteral | BooleanLiteral | TypedLiteral;

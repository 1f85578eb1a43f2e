import type {CompareOp} from './typed-expression.ts';

/** `b FLIPPED[op] a` is `a op b`. */
export const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = {'=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<='};

/** `a NEGATED[op] b` is `NOT (a op b)`, NULLs included. */
export const NEGATED: Readonly<Record<CompareOp, CompareOp>> = {'=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<'};

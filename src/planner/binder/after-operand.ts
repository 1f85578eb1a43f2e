import type {Expression} from '../../parser/ast/expression.ts';

/** Where an operator in words (IN, BETWEEN, LIKE) stands: behind its operand and a blank. The AST does not keep the place of such words. */
export const afterOperand = (operand: Expression): number => operand.span.end + 1;

import type {IToken, TokenType} from 'chevrotain';

/**
 * A token as the lexer makes it. `payload` is its meaning: an identifier's folded name, a keyword in lower case, a string's value with escapes
 * resolved, a number's digits, a parameter's index, an operator's text (`<>` for `!=`); `quoted` tells `"a"` from `a`. `endOffset` is that of the last character.
 */
export type SqlToken = Omit<IToken, 'payload'> & {
  payload: string;
  readonly endOffset: number;
  readonly quoted: boolean;
  tokenType: TokenType;
  tokenTypeIdx: number;
};

import type {IToken} from 'chevrotain';
import type {BitStringLiteral, DecimalLiteral, IntegerLiteral, Literal, StringLiteral} from '../ast/literal.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {NameRules} from './name-rules.ts';

export class LiteralRules extends NameRules {
  /** Every literal except typed ones. */
  readonly literal: Rule<Literal> = this.RULE('literal', (): Literal => this.OR((this.#literals ??= this.#literalAlternatives())));
  #literals: {ALT: () => Literal}[] | undefined;

  #literalAlternatives(): {ALT: () => Literal}[] {
    return [
      {ALT: () => this.integerOf(this.CONSUME(T.Integer))},
      {ALT: () => this.stringOf(this.CONSUME(T.String))},
      {ALT: () => this.decimalOf(this.CONSUME(T.Decimal))},
      {ALT: () => this.#bitStringOf(this.CONSUME(T.BitString))},
      {ALT: () => ({kind: 'null-literal', span: this.spanOf(this.CONSUME(K.null))})},
      {ALT: () => ({kind: 'boolean-literal', value: true, span: this.spanOf(this.CONSUME(K.true))})},
      {ALT: () => ({kind: 'boolean-literal', value: false, span: this.spanOf(this.CONSUME(K.false))})},
    ];
  }

  /** A number with or without a sign: where the sign is not an operator. */
  readonly signedNumber: Rule<IntegerLiteral | DecimalLiteral> = this.RULE('signedNumber', (): IntegerLiteral | DecimalLiteral => {
    const start = this.offset();
    const sign = this.OPTION(() => this.OR([{ALT: () => (this.CONSUME(T.Plus), '')}, {ALT: () => (this.CONSUME(T.Minus), '-')}]));
    const number = this.OR2([{ALT: () => this.integerOf(this.CONSUME(T.Integer))}, {ALT: () => this.decimalOf(this.CONSUME(T.Decimal))}]);
    return this.ACTION(() => ({...number, text: (sign ?? '') + number.text, span: this.spanFrom(start)}));
  });

  protected integerOf(token: IToken): IntegerLiteral {
    return {kind: 'integer-literal', text: this.payloadOf(token), span: this.spanOf(token)};
  }

  protected decimalOf(token: IToken): DecimalLiteral {
    return {kind: 'decimal-literal', text: this.payloadOf(token), span: this.spanOf(token)};
  }

  protected stringOf(token: IToken): StringLiteral {
    return {kind: 'string-literal', value: this.payloadOf(token), span: this.spanOf(token)};
  }

  #bitStringOf(token: IToken): BitStringLiteral {
    return {
      kind: 'bit-string-literal',
      base: /^b/i.test(token.image) ? 2 : 16,
      digits: this.payloadOf(token),
      span: this.spanOf(token),
    };
  }
}

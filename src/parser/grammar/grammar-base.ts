import {EmbeddedActionsParser, EOF, type IParserConfig, type IToken, type ParserMethod} from 'chevrotain';
import type {Identifier} from '../ast/names.ts';
import type {Span} from '../ast/span.ts';
import {T, VOCABULARY} from '../tokens/token-types.ts';

/**
 * A rule without arguments. Every rule states its type, because the rules of SQL call each other in circles.
 *
 * How rules are written: one token of lookahead (what needs more is settled in `lexer/`), the node straight out of the rule. While Chevrotain
 * records the grammar each rule runs once with dummy tokens and undefined results, so code that looks into a sub-rule's result stands in ACTION.
 */
export type Rule<T> = ParserMethod<[], T>;

/** What every layer of rules uses: positions, spans, identifiers from tokens. */
export class GrammarBase extends EmbeddedActionsParser {
  constructor(config: IParserConfig) {
    super(VOCABULARY, config);
  }

  /** Offset of the next token. */
  protected offset(): number {
    return this.LA(1).startOffset;
  }

  /** From `start` to the end of the token consumed last. */
  protected spanFrom(start: number): Span {
    return {start, end: (this.LA(0).endOffset ?? -1) + 1};
  }

  /** Whether the statement has fewer than `ahead` tokens left. */
  protected endsAt(ahead: number): boolean {
    const type = this.LA(ahead).tokenType;
    return type === EOF || type === T.Semicolon;
  }

  protected spanOf(token: IToken): Span {
    return {start: token.startOffset, end: (token.endOffset ?? -1) + 1};
  }

  protected identifierOf(token: IToken): Identifier {
    return {
      kind: 'identifier',
      name: this.payloadOf(token),
      quoted: (token as {quoted?: boolean}).quoted === true,
      span: this.spanOf(token),
    };
  }

  protected payloadOf(token: IToken): string {
    const payload: string = token.payload;
    return payload;
  }
}

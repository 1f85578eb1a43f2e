import type {Literal} from '../ast/literal.ts';
import type {Identifier, QualifiedName} from '../ast/names.ts';
import type {Option, OptionValue} from '../ast/option.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {QueryRules} from './query-rules.ts';

/** `WITH (key = value, …)` and its like. */
export abstract class OptionRules extends QueryRules {
  /** `WITH (…)`; the list may be empty. */
  readonly withOptions: Rule<Option[]> = this.RULE('withOptions', (): Option[] => {
    this.CONSUME(K.with);
    return this.SUBRULE(this.parenthesizedOptions);
  });

  readonly parenthesizedOptions: Rule<Option[]> = this.RULE('parenthesizedOptions', (): Option[] => {
    const options: Option[] = [];
    this.CONSUME(T.LParen);
    this.MANY_SEP({SEP: T.Comma, DEF: () => options.push(this.SUBRULE(this.optionItem))});
    this.CONSUME(T.RParen);
    return options;
  });

  /** `key = value`, `key value` or `key`. */
  readonly optionItem: Rule<Option> = this.RULE('optionItem', (): Option => {
    const start = this.offset();
    const key = this.SUBRULE(this.optionKey);
    const value = this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(T.Equals));
      return this.SUBRULE(this.optionValue);
    });
    return {kind: 'option', key, value, span: this.spanFrom(start)};
  });

  readonly optionKey: Rule<string> = this.RULE('optionKey', (): string =>
    this.OR([{ALT: () => this.SUBRULE(this.string)}, {ALT: () => this.SUBRULE(this.dottedName)}]),
  );

  /** Words joined by points: `properties.bootstrap.server`, `work_mem`. */
  readonly dottedName: Rule<string> = this.RULE('dottedName', (): string => {
    const words: string[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Dot, DEF: () => words.push(this.payloadOf(this.CONSUME(T.Label)))});
    return words.join('.');
  });

  /** A literal, a bare word, `*`, or a list of them in parentheses. */
  readonly optionValue: Rule<OptionValue> = this.RULE('optionValue', (): OptionValue => {
    const start = this.offset();
    return this.OR<OptionValue>([
      {ALT: () => this.SUBRULE(this.signedNumber)},
      {ALT: () => this.SUBRULE(this.literal)},
      {ALT: () => this.SUBRULE(this.wordValue)},
      {ALT: () => (this.CONSUME(T.Star), {kind: 'option-star', span: this.spanFrom(start)})},
      {
        ALT: () => {
          const items: OptionValue[] = [];
          this.CONSUME(T.LParen);
          this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.optionValue))});
          this.CONSUME(T.RParen);
          return {kind: 'option-list', items, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  /** `json`, `a.b`, `interval '5 minutes'`. */
  protected readonly wordValue: Rule<QualifiedName | Literal> = this.RULE('wordValue', (): QualifiedName | Literal => {
    const start = this.offset();
    const parts: Identifier[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Dot, DEF: () => parts.push(this.SUBRULE(this.label))});
    const name: QualifiedName = {kind: 'qualified-name', parts, span: this.spanFrom(start)};
    const literal = this.OPTION(() => this.SUBRULE(this.typedLiteralTail, {ARGS: [start, name]}));
    return literal ?? name;
  });
}

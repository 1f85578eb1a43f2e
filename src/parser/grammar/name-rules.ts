import type {Identifier, QualifiedName} from '../ast/names.ts';
import {T} from '../tokens/token-types.ts';
import {GrammarBase, type Rule} from './grammar-base.ts';

export class NameRules extends GrammarBase {
  /** A column, table, role, cursor, … */
  readonly name: Rule<Identifier> = this.RULE('name', (): Identifier => this.identifierOf(this.CONSUME(T.ColumnName)));

  /** Any word, keywords too: after AS, after a point, as an option's key. */
  readonly label: Rule<Identifier> = this.RULE('label', (): Identifier => this.identifierOf(this.CONSUME(T.Label)));

  readonly qualifiedName: Rule<QualifiedName> = this.RULE('qualifiedName', (): QualifiedName => {
    const start = this.offset();
    const parts = [this.identifierOf(this.CONSUME(T.ColumnName))];
    this.MANY(() => {
      this.CONSUME(T.Dot);
      parts.push(this.identifierOf(this.CONSUME(T.Label)));
    });
    return {kind: 'qualified-name', parts, span: this.spanFrom(start)};
  });

  readonly nameList: Rule<Identifier[]> = this.RULE('nameList', (): Identifier[] => {
    const names: Identifier[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => names.push(this.SUBRULE(this.name))});
    return names;
  });

  /** `(a, b)` */
  readonly parenthesizedNames: Rule<Identifier[]> = this.RULE('parenthesizedNames', (): Identifier[] => {
    this.CONSUME(T.LParenPlain);
    const names = this.SUBRULE(this.nameList);
    this.CONSUME(T.RParen);
    return names;
  });

  readonly qualifiedNameList: Rule<QualifiedName[]> = this.RULE('qualifiedNameList', (): QualifiedName[] => {
    const names: QualifiedName[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => names.push(this.SUBRULE(this.qualifiedName))});
    return names;
  });

  readonly string: Rule<string> = this.RULE('string', (): string => this.payloadOf(this.CONSUME(T.String)));
}

import {EOF, type IParserConfig} from 'chevrotain';
import type {Expression} from '../ast/expression.ts';
import type {Statement} from '../ast/statement.ts';
import type {TypeName} from '../ast/type-name.ts';
import {T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {Ll1Lookahead} from './ll1-lookahead.ts';
import {SessionRules} from './session-rules.ts';

/** The whole grammar: the layers of rules below, and what a text can be as a whole. Building it analyses the grammar, so there is one (see `parser-instance.ts`). */
export class SqlParser extends SessionRules {
  constructor(config: IParserConfig) {
    super({maxLookahead: 1, recoveryEnabled: false, lookaheadStrategy: new Ll1Lookahead(), ...config});
    this.performSelfAnalysis();
    // The analysis sets and deletes properties, after which V8 keeps the object as a slow dictionary; being a prototype makes it fast again
    // (a fifth of the parsing time).
    Object.create(this);
  }

  readonly statement: Rule<Statement> = this.RULE('statement', (): Statement =>
    this.OR((this.#statements ??= this.#statementAlternatives())),
  );
  #statements: {ALT: () => Statement}[] | undefined;

  #statementAlternatives(): {ALT: () => Statement}[] {
    return [
      {ALT: () => this.SUBRULE(this.dataStatement)},
      {ALT: () => this.SUBRULE(this.copy)},
      {ALT: () => this.SUBRULE(this.create)},
      {ALT: () => this.SUBRULE(this.drop)},
      {ALT: () => this.SUBRULE(this.alter)},
      {ALT: () => this.SUBRULE(this.truncate)},
      {ALT: () => this.SUBRULE(this.comment)},
      {ALT: () => this.SUBRULE(this.grant)},
      {ALT: () => this.SUBRULE(this.begin)},
      {ALT: () => this.SUBRULE(this.commit)},
      {ALT: () => this.SUBRULE(this.rollback)},
      {ALT: () => this.SUBRULE(this.savepoint)},
      {ALT: () => this.SUBRULE(this.release)},
      {ALT: () => this.SUBRULE(this.set)},
      {ALT: () => this.SUBRULE(this.resetParameter)},
      {ALT: () => this.SUBRULE(this.show)},
      {ALT: () => this.SUBRULE(this.discard)},
      {ALT: () => this.SUBRULE(this.prepare)},
      {ALT: () => this.SUBRULE(this.execute)},
      {ALT: () => this.SUBRULE(this.deallocate)},
      {ALT: () => this.SUBRULE(this.declareCursor)},
      {ALT: () => this.SUBRULE(this.fetch)},
      {ALT: () => this.SUBRULE(this.close)},
      {ALT: () => this.SUBRULE(this.listen)},
      {ALT: () => this.SUBRULE(this.notify)},
      {ALT: () => this.SUBRULE(this.unlisten)},
      {ALT: () => this.SUBRULE(this.lock)},
      {ALT: () => this.SUBRULE(this.explain)},
      {ALT: () => this.SUBRULE(this.subscribe)},
      {ALT: () => this.SUBRULE(this.flush)},
      {ALT: () => this.SUBRULE(this.wait)},
      {ALT: () => this.SUBRULE(this.checkpoint)},
      {ALT: () => this.SUBRULE(this.vacuum)},
    ];
  }

  /** Statements with semicolons between them; empty ones are dropped. */
  readonly script: Rule<Statement[]> = this.RULE('script', (): Statement[] => {
    const statements: Statement[] = [];
    this.MANY(() =>
      this.OR([
        {ALT: () => this.CONSUME(T.Semicolon)},
        {
          ALT: () => {
            statements.push(this.SUBRULE(this.statement));
            this.OR2([{ALT: () => this.CONSUME2(T.Semicolon)}, {ALT: () => this.CONSUME(EOF)}]);
          },
        },
      ]),
    );
    return statements;
  });

  readonly wholeExpression: Rule<Expression> = this.RULE('wholeExpression', (): Expression => this.SUBRULE(this.expression));
  readonly wholeTypeName: Rule<TypeName> = this.RULE('wholeTypeName', (): TypeName => this.SUBRULE(this.typeName));
}

import type {ParserMethod} from 'chevrotain';
import type {ArrayConstructor, CaseBranch, CaseExpression, Cast, Expression} from '../ast/expression.ts';
import type {TypedLiteral} from '../ast/literal.ts';
import type {Identifier, QualifiedName} from '../ast/names.ts';
import type {OperatorName} from '../ast/operator-name.ts';
import type {Query} from '../ast/query.ts';
import {K, T} from '../tokens/token-types.ts';
import {POWER, prefixPower} from './binding-power.ts';
import type {Rule} from './grammar-base.ts';
import {SpecialCallRules} from './special-call-rules.ts';

/** What an expression can begin with, prefix operators included. */
export abstract class PrimaryRules extends SpecialCallRules {
  abstract readonly query: Rule<Query>;
  protected abstract readonly prefixOperator: Rule<OperatorName>;

  readonly prefixExpression: Rule<Expression> = this.RULE('prefixExpression', (): Expression =>
    this.OR((this.#prefixes ??= this.#prefixAlternatives())),
  );
  #prefixes: {ALT: () => Expression}[] | undefined;

  /** Where a token begins several of these the first one is taken: special spellings stand before names. */
  #prefixAlternatives(): {ALT: () => Expression}[] {
    return [
      {ALT: () => this.SUBRULE(this.literal)},
      {ALT: () => this.SUBRULE(this.parameter)},
      {ALT: () => this.SUBRULE(this.specialCall)},
      {ALT: () => this.SUBRULE(this.keywordTypeExpression)},
      {ALT: () => this.SUBRULE(this.caseExpression)},
      {ALT: () => this.SUBRULE(this.castExpression)},
      {ALT: () => this.SUBRULE(this.existsExpression)},
      {ALT: () => this.SUBRULE(this.arrayExpression)},
      {ALT: () => this.SUBRULE(this.rowExpression)},
      {ALT: () => this.SUBRULE(this.subqueryExpression)},
      {ALT: () => this.SUBRULE(this.parenthesizedExpression)},
      {ALT: () => this.SUBRULE(this.unaryExpression)},
      {ALT: () => this.SUBRULE(this.notExpression)},
      {ALT: () => ({kind: 'default', span: this.spanOf(this.CONSUME(K.default))})},
      {ALT: () => this.SUBRULE(this.nameExpression)},
      {ALT: () => this.SUBRULE(this.functionKeywordCall)},
    ];
  }

  protected readonly parameter: Rule<Expression> = this.RULE('parameter', (): Expression => {
    const token = this.CONSUME(T.Parameter);
    return {kind: 'parameter', index: Number(this.payloadOf(token)), span: this.spanOf(token)};
  });

  /** A column, a function call, or a literal with its type before it; also `t.*`. */
  protected readonly nameExpression: Rule<Expression> = this.RULE('nameExpression', (): Expression => {
    const start = this.offset();
    const parts: Identifier[] = [this.identifierOf(this.CONSUME(T.ColumnName))];
    this.MANY(() => {
      this.CONSUME(T.Dot);
      parts.push(this.identifierOf(this.CONSUME(T.Label)));
    });
    const next = this.OPTION(() =>
      this.OR<Expression>([
        {ALT: () => this.SUBRULE(this.functionCallTail, {ARGS: [start, this.#nameOf(parts)]})},
        {ALT: () => this.SUBRULE(this.typedLiteralTail, {ARGS: [start, this.#nameOf(parts)]})},
        {
          ALT: () => {
            this.CONSUME(T.DotBeforeStar);
            this.CONSUME(T.Star);
            return {kind: 'star', qualifier: parts, span: this.spanFrom(start)};
          },
        },
      ]),
    );
    return next ?? {kind: 'column-ref', parts, span: this.spanFrom(start)};
  });

  /** `left(…)`: a keyword that is a function only before a parenthesis. */
  protected readonly functionKeywordCall: Rule<Expression> = this.RULE('functionKeywordCall', (): Expression => {
    const start = this.offset();
    const parts = [this.identifierOf(this.CONSUME(T.FunctionKeyword))];
    return this.SUBRULE(this.functionCallTail, {ARGS: [start, this.#nameOf(parts)]});
  });

  #nameOf(parts: readonly Identifier[]): QualifiedName {
    const first = parts[0]!;
    const last = parts.at(-1)!;
    return {kind: 'qualified-name', parts, span: {start: first.span.start, end: last.span.end}};
  }

  protected readonly typedLiteralTail: ParserMethod<[start: number, name: QualifiedName], TypedLiteral> = this.RULE(
    'typedLiteralTail',
    (start: number, name: QualifiedName): TypedLiteral => {
      const value = this.SUBRULE(this.string);
      return this.ACTION(() => ({
        kind: 'typed-literal',
        typeName: {kind: 'named-type', name, modifiers: [], intervalFields: undefined, setOf: false, span: name.span},
        value,
        span: this.spanFrom(start),
      }));
    },
  );

  /** `timestamp '…'`, `interval '…' day to second`; or a column that is named like a type: `time`. */
  protected readonly keywordTypeExpression: Rule<Expression> = this.RULE('keywordTypeExpression', (): Expression => {
    const start = this.offset();
    return this.OR<Expression>([
      {
        GATE: () => TYPE_GOES_ON.has(this.LA(2).tokenType),
        ALT: () => {
          const typeName = this.SUBRULE(this.keywordType);
          const value = this.SUBRULE(this.string);
          const found = this.OPTION({
            GATE: () => typeName.name.parts[0]!.name === 'interval',
            DEF: () => this.SUBRULE(this.intervalFields),
          });
          return this.ACTION(() => ({
            kind: 'typed-literal',
            typeName:
              found === undefined
                ? typeName
                : {...typeName, intervalFields: found.fields, modifiers: found.precision ?? typeName.modifiers},
            value,
            span: this.spanFrom(start),
          }));
        },
      },
      {
        ALT: () => {
          const parts = [this.identifierOf(this.CONSUME(T.TypeKeyword))];
          this.MANY(() => {
            this.CONSUME(T.Dot);
            parts.push(this.identifierOf(this.CONSUME(T.Label)));
          });
          return {kind: 'column-ref', parts, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly caseExpression: Rule<CaseExpression> = this.RULE('caseExpression', (): CaseExpression => {
    const start = this.offset();
    const branches: CaseBranch[] = [];
    this.CONSUME(K.case);
    const operand = this.OPTION(() => this.SUBRULE(this.expression));
    this.AT_LEAST_ONE(() => branches.push(this.SUBRULE(this.caseBranch)));
    const otherwise = this.OPTION2(() => {
      this.CONSUME(K.else);
      return this.SUBRULE2(this.expression);
    });
    this.CONSUME(K.end);
    return {kind: 'case', operand, branches, otherwise, span: this.spanFrom(start)};
  });

  protected readonly caseBranch: Rule<CaseBranch> = this.RULE('caseBranch', (): CaseBranch => {
    const start = this.offset();
    this.CONSUME(K.when);
    const when = this.SUBRULE(this.expression);
    this.CONSUME(K.then);
    const result = this.SUBRULE2(this.expression);
    return {kind: 'case-branch', when, then: result, span: this.spanFrom(start)};
  });

  /** CAST(x AS t), and TREAT, which PostgreSQL takes for the same. */
  protected readonly castExpression: Rule<Cast> = this.RULE('castExpression', (): Cast => {
    const start = this.offset();
    this.OR([{ALT: () => this.CONSUME(K.cast)}, {ALT: () => this.CONSUME(K.treat)}]);
    this.CONSUME(T.LParen);
    const operand = this.SUBRULE(this.expression);
    this.CONSUME(K.as);
    const typeName = this.SUBRULE(this.typeName);
    this.CONSUME(T.RParen);
    return {kind: 'cast', operand, typeName, span: this.spanFrom(start)};
  });

  protected readonly existsExpression: Rule<Expression> = this.RULE('existsExpression', (): Expression => {
    const start = this.offset();
    this.CONSUME(K.exists);
    const query = this.SUBRULE(this.parenthesizedQuery);
    return {kind: 'exists', query, span: this.spanFrom(start)};
  });

  readonly parenthesizedQuery: Rule<Query> = this.RULE('parenthesizedQuery', (): Query => {
    this.CONSUME(T.LParenQuery);
    const query = this.SUBRULE(this.query);
    this.CONSUME(T.RParen);
    return query;
  });

  protected readonly subqueryExpression: Rule<Expression> = this.RULE('subqueryExpression', (): Expression => {
    const start = this.offset();
    const query = this.SUBRULE(this.parenthesizedQuery);
    return {kind: 'scalar-subquery', query, span: this.spanFrom(start)};
  });

  protected readonly arrayExpression: Rule<Expression> = this.RULE('arrayExpression', (): Expression => {
    const start = this.offset();
    this.CONSUME(K.array);
    return this.OR<Expression>([
      {
        ALT: () => {
          const query = this.SUBRULE(this.parenthesizedQuery);
          return {kind: 'array-subquery', query, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const array = this.SUBRULE(this.arrayElements);
          return this.ACTION(() => ({...array, span: this.spanFrom(start)}));
        },
      },
    ]);
  });

  /** `[a, b]`, `[[a], [b]]`, `[]`. */
  protected readonly arrayElements: Rule<ArrayConstructor> = this.RULE('arrayElements', (): ArrayConstructor => {
    const start = this.offset();
    const elements: Expression[] = [];
    this.CONSUME(T.LBracket);
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        elements.push(this.OR<Expression>([{ALT: () => this.SUBRULE(this.arrayElements)}, {ALT: () => this.SUBRULE(this.expression)}]));
      },
    });
    this.CONSUME(T.RBracket);
    return {kind: 'array', elements, span: this.spanFrom(start)};
  });

  /** `ROW(…)`, or a column named row. */
  protected readonly rowExpression: Rule<Expression> = this.RULE('rowExpression', (): Expression => {
    const start = this.offset();
    const word = this.CONSUME(K.row);
    const elements = this.OPTION(() => {
      this.CONSUME(T.LParen);
      const found = this.OPTION2(() => this.SUBRULE(this.expressionList)) ?? [];
      this.CONSUME(T.RParen);
      return found;
    });
    if (elements === undefined) return {kind: 'column-ref', parts: [this.identifierOf(word)], span: this.spanOf(word)};
    return {kind: 'row', elements, explicit: true, span: this.spanFrom(start)};
  });

  /** `(a)` is a; `(a, b)` a row. */
  protected readonly parenthesizedExpression: Rule<Expression> = this.RULE('parenthesizedExpression', (): Expression => {
    const start = this.offset();
    this.CONSUME(T.LParenPlain);
    const elements = this.SUBRULE(this.expressionList);
    this.CONSUME(T.RParen);
    return this.ACTION(() => (elements.length === 1 ? elements[0]! : {kind: 'row', elements, explicit: false, span: this.spanFrom(start)}));
  });

  protected readonly unaryExpression: Rule<Expression> = this.RULE('unaryExpression', (): Expression => {
    const start = this.offset();
    const operator = this.SUBRULE(this.prefixOperator);
    const power = this.ACTION(() => prefixPower(operator));
    // signs associate to the right
    const operand = this.SUBRULE(this.expression, {ARGS: [power === POWER.sign ? power : power + 1]});
    return {kind: 'unary', operator, operand, span: this.spanFrom(start)};
  });

  protected readonly notExpression: Rule<Expression> = this.RULE('notExpression', (): Expression => {
    const start = this.offset();
    this.CONSUME(K.not);
    const operand = this.SUBRULE(this.expression, {ARGS: [POWER.not]});
    return {kind: 'not', operand, span: this.spanFrom(start)};
  });
}

/** After the name of a type these say that it is one; else it is a column. */
const TYPE_GOES_ON: ReadonlySet<unknown> = new Set([T.String, T.LParenPlain, T.WithTimeAhead, K.without, K.varying]);

import type {ParserMethod} from 'chevrotain';
import type {Expression, IsTest} from '../ast/expression.ts';
import type {OperatorName} from '../ast/operator-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import {K, T} from '../tokens/token-types.ts';
import {bindingPower, ceiling, POWER} from './binding-power.ts';
import type {Rule} from './grammar-base.ts';
import {PrimaryRules} from './primary-rules.ts';
import {specialCall} from './special-call.ts';

type Infix<T extends Expression = Expression> = ParserMethod<[start: number, left: Expression], T>;

/** Operators after an operand, by binding power (a Pratt parser): one rule call per operand instead of one per level of precedence. */
export abstract class ExpressionRules extends PrimaryRules {
  readonly expression: ParserMethod<[min?: number], Expression> = this.RULE('expression', (min: number = 0): Expression => {
    const start = this.offset();
    let left = this.SUBRULE(this.prefixExpression);
    let most = Infinity;
    // an expression in parentheses begins after them, and ends before any operator
    this.ACTION(() => (most = left.span.start === start ? ceiling(left) : Infinity));
    this.MANY({
      GATE: () => {
        const power = bindingPower(this.LA(1).tokenTypeIdx);
        return power >= min && power <= most;
      },
      DEF: () => {
        const ARGS: [number, Expression] = [start, left];
        left = this.OR<Expression>([
          {ALT: () => this.SUBRULE(this.binary, {ARGS})},
          {ALT: () => this.SUBRULE(this.conjunction, {ARGS})},
          {ALT: () => this.SUBRULE(this.postfix, {ARGS})},
          {ALT: () => this.SUBRULE(this.isTest, {ARGS})},
          {ALT: () => this.SUBRULE(this.rangeTest, {ARGS})},
          {ALT: () => this.SUBRULE(this.disjunction, {ARGS})},
          {ALT: () => this.SUBRULE(this.overlaps, {ARGS})},
          {ALT: () => this.SUBRULE(this.atTimeZone, {ARGS})},
        ]);
        this.ACTION(() => (most = ceiling(left)));
      },
    });
    return left;
  });

  readonly expressionList: Rule<Expression[]> = this.RULE('expressionList', (): Expression[] => {
    const items: Expression[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.expression))});
    return items;
  });

  protected readonly prefixOperator: Rule<OperatorName> = this.RULE('prefixOperator', (): OperatorName => {
    const start = this.offset();
    return this.OR<OperatorName>([
      {
        ALT: () => {
          const name = this.payloadOf(this.CONSUME(T.PrefixOperator));
          return {kind: 'operator-name', name, schema: [], span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.qualifiedOperator)},
    ]);
  });

  protected readonly binary: Infix = this.RULE('binary', (start: number, left: Expression): Expression => {
    const power = bindingPower(this.LA(1).tokenTypeIdx);
    const operator = this.SUBRULE(this.operatorName);
    return this.OR<Expression>([
      {ALT: () => this.SUBRULE(this.quantified, {ARGS: [start, left, operator]})},
      {
        ALT: () => {
          const right = this.SUBRULE(this.expression, {ARGS: [power + 1]});
          return {kind: 'binary', operator, left, right, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  /** `ANY (…)`, `SOME (…)`, `ALL (…)` after an operator. */
  protected readonly quantified: ParserMethod<[start: number, left: Expression, operator: OperatorName], Expression> = this.RULE(
    'quantified',
    (start: number, left: Expression, operator: OperatorName): Expression => {
      const quantifier = this.OR<'any' | 'all'>([
        {ALT: () => (this.CONSUME(K.any), 'any')},
        {ALT: () => (this.CONSUME(K.some), 'any')},
        {ALT: () => (this.CONSUME(K.all), 'all')},
      ]);
      return this.OR2<Expression>([
        {
          ALT: () => {
            const query = this.SUBRULE(this.parenthesizedQuery);
            return {kind: 'quantified-subquery', left, operator, quantifier, query, span: this.spanFrom(start)};
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.LParenPlain);
            const array = this.SUBRULE(this.expression);
            this.CONSUME(T.RParen);
            return {kind: 'quantified-array', left, operator, quantifier, array, span: this.spanFrom(start)};
          },
        },
      ]);
    },
  );

  protected readonly conjunction: Infix = this.RULE('conjunction', (start: number, left: Expression): Expression => {
    const operands = [left];
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.and);
      operands.push(this.SUBRULE(this.expression, {ARGS: [POWER.and + 1]}));
    });
    return {kind: 'and', operands, span: this.spanFrom(start)};
  });

  protected readonly disjunction: Infix = this.RULE('disjunction', (start: number, left: Expression): Expression => {
    const operands = [left];
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.or);
      operands.push(this.SUBRULE(this.expression, {ARGS: [POWER.or + 1]}));
    });
    return {kind: 'or', operands, span: this.spanFrom(start)};
  });

  protected readonly isTest: Infix = this.RULE('isTest', (start: number, operand: Expression): Expression =>
    this.OR<Expression>([
      {
        ALT: () => {
          this.CONSUME(K.isnull);
          return {kind: 'is-test', operand, test: 'null', form: undefined, negated: false, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.notnull);
          return {kind: 'is-test', operand, test: 'null', form: undefined, negated: true, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.is);
          const negated = this.OPTION(() => this.CONSUME(K.not)) !== undefined;
          return this.OR2<Expression>([
            {
              ALT: () => {
                this.CONSUME(K.distinct);
                this.CONSUME(K.from);
                const right = this.SUBRULE(this.expression, {ARGS: [POWER.is + 1]});
                return {kind: 'is-distinct-from', left: operand, right, negated, span: this.spanFrom(start)};
              },
            },
            {
              ALT: () => {
                const {test, form} = this.SUBRULE(this.isWord);
                return {kind: 'is-test', operand, test, form, negated, span: this.spanFrom(start)};
              },
            },
          ]);
        },
      },
    ]),
  );

  protected readonly isWord: Rule<IsWord> = this.RULE('isWord', (): IsWord => {
    return this.OR<IsWord>([
      {ALT: () => (this.CONSUME(K.null), {test: 'null', form: undefined})},
      {ALT: () => (this.CONSUME(K.true), {test: 'true', form: undefined})},
      {ALT: () => (this.CONSUME(K.false), {test: 'false', form: undefined})},
      {ALT: () => (this.CONSUME(K.unknown), {test: 'unknown', form: undefined})},
      {ALT: () => (this.CONSUME(K.document), {test: 'document', form: undefined})},
      {
        ALT: () => {
          const form = this.OPTION(() => this.SUBRULE(this.normalizationForm));
          this.CONSUME(K.normalized);
          return {test: 'normalized', form};
        },
      },
      {ALT: () => this.SUBRULE(this.isJson)},
    ]);
  });

  /** `JSON [VALUE | ARRAY | OBJECT | SCALAR]`: words that are no keywords here. */
  protected readonly isJson: Rule<IsWord> = this.RULE('isJson', (): IsWord => {
    const word = this.CONSUME(T.Identifier);
    const what = this.OPTION({
      GATE: () => JSON_TESTS.has(this.LA(1).image.toLowerCase()),
      DEF: () => this.OR([{ALT: () => this.CONSUME2(T.Identifier)}, {ALT: () => this.CONSUME(K.array)}]),
    });
    return this.ACTION((): IsWord => {
      if (this.payloadOf(word) !== 'json')
        throw sqlError('syntax_error', `syntax error at or near "${word.image}"`, {position: word.startOffset});
      return {test: JSON_TESTS.get(what === undefined ? 'value' : this.payloadOf(what)) ?? 'json', form: undefined};
    });
  });

  /** [NOT] BETWEEN, IN, LIKE, ILIKE, SIMILAR TO. */
  protected readonly rangeTest: Infix = this.RULE('rangeTest', (start: number, operand: Expression): Expression => {
    const negated = this.OPTION(() => this.CONSUME(T.NotAhead)) !== undefined;
    return this.OR<Expression>([
      {ALT: () => this.SUBRULE(this.betweenTail, {ARGS: [start, operand, negated]})},
      {ALT: () => this.SUBRULE(this.inTail, {ARGS: [start, operand, negated]})},
      {ALT: () => this.SUBRULE(this.likeTail, {ARGS: [start, operand, negated]})},
    ]);
  });

  protected readonly betweenTail: Tail = this.RULE('betweenTail', (start: number, operand: Expression, negated: boolean): Expression => {
    this.CONSUME(K.between);
    let symmetric = false;
    this.OPTION(() =>
      this.OR([{ALT: () => (symmetric = this.CONSUME(K.symmetric) !== undefined)}, {ALT: () => this.CONSUME(K.asymmetric)}]),
    );
    // nothing looser than a comparison: AND ends the first bound
    const low = this.SUBRULE(this.expression, {ARGS: [POWER.is]});
    this.CONSUME(K.and);
    const high = this.SUBRULE2(this.expression, {ARGS: [POWER.range + 1]});
    return {kind: 'between', operand, low, high, symmetric, negated, span: this.spanFrom(start)};
  });

  protected readonly inTail: Tail = this.RULE('inTail', (start: number, operand: Expression, negated: boolean): Expression => {
    this.CONSUME(K.in);
    return this.OR<Expression>([
      {
        ALT: () => {
          const query = this.SUBRULE(this.parenthesizedQuery);
          return {kind: 'in-subquery', operand, query, negated, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LParenPlain);
          const items = this.SUBRULE(this.expressionList);
          this.CONSUME(T.RParen);
          return {kind: 'in-list', operand, items, negated, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly likeTail: Tail = this.RULE('likeTail', (start: number, operand: Expression, negated: boolean): Expression => {
    const at = this.offset();
    const operator = this.OR<'like' | 'ilike' | 'similar-to'>([
      {ALT: () => (this.CONSUME(K.like), 'like')},
      {ALT: () => (this.CONSUME(K.ilike), 'ilike')},
      {ALT: () => (this.CONSUME(K.similar), this.CONSUME(K.to), 'similar-to')},
    ]);
    return this.OR2<Expression>([
      {
        ALT: () => {
          const name = (negated ? '!~~' : '~~') + (operator === 'ilike' ? '*' : '');
          const words: OperatorName = {kind: 'operator-name', name, schema: [], span: this.spanFrom(at)};
          const test = this.SUBRULE(this.quantified, {ARGS: [start, operand, words]});
          if (operator === 'similar-to') throw sqlError('syntax_error', 'SIMILAR TO does not take ANY or ALL', {position: words.span.end});
          return test;
        },
      },
      {
        ALT: () => {
          const pattern = this.SUBRULE(this.expression, {ARGS: [POWER.range + 1]});
          const escape = this.OPTION(() => {
            this.CONSUME(K.escape);
            return this.SUBRULE2(this.expression, {ARGS: [POWER.range + 1]});
          });
          return {kind: 'like', operator, operand, pattern, escape, negated, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  /** `::type`, `[i]`, `[a:b]`, `.field`, `.*`, COLLATE. */
  protected readonly postfix: Infix = this.RULE('postfix', (start: number, operand: Expression): Expression =>
    this.OR<Expression>([
      {
        ALT: () => {
          this.CONSUME(T.DoubleColon);
          const typeName = this.SUBRULE(this.typeName);
          return {kind: 'cast', operand, typeName, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.collate);
          const collation = this.SUBRULE(this.qualifiedName);
          return {kind: 'collate', operand, collation, span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.subscript, {ARGS: [start, operand]})},
      {
        ALT: () => {
          this.CONSUME(T.Dot);
          const field = this.SUBRULE(this.label);
          return {kind: 'field-access', operand, field, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.DotBeforeStar);
          this.CONSUME(T.Star);
          return {kind: 'field-star', operand, span: this.spanFrom(start)};
        },
      },
    ]),
  );

  protected readonly subscript: Infix = this.RULE('subscript', (start: number, operand: Expression): Expression => {
    this.CONSUME(T.LBracket);
    const lower = this.OPTION(() => this.SUBRULE(this.expression));
    const slice = this.OPTION2(() => {
      this.CONSUME(T.Colon);
      return {upper: this.OPTION3(() => this.SUBRULE2(this.expression))};
    });
    const close = this.CONSUME(T.RBracket);
    const span = this.spanFrom(start);
    if (slice !== undefined) return {kind: 'slice', operand, lower, upper: slice.upper, span};
    if (lower === undefined)
      throw sqlError('syntax_error', 'syntax error at or near "]"', {position: close.startOffset, hint: 'expected a subscript'});
    return {kind: 'subscript', operand, index: lower, span};
  });

  protected readonly overlaps: Infix = this.RULE('overlaps', (start: number, left: Expression): Expression => {
    const word = this.CONSUME(K.overlaps);
    const right = this.SUBRULE(this.expression, {ARGS: [POWER.range + 1]});
    return this.ACTION(() => {
      if (left.kind !== 'row' || right.kind !== 'row' || left.elements.length !== 2 || right.elements.length !== 2)
        throw sqlError('syntax_error', 'OVERLAPS takes two rows of two', {position: word.startOffset});
      return specialCall('overlaps', 'overlaps', [...left.elements, ...right.elements], this.spanOf(word), this.spanFrom(start));
    });
  });

  protected readonly atTimeZone: Infix = this.RULE('atTimeZone', (start: number, operand: Expression): Expression => {
    this.CONSUME(K.at);
    this.CONSUME(K.time);
    this.CONSUME(K.zone);
    const zone = this.SUBRULE(this.expression, {ARGS: [POWER.atTimeZone + 1]});
    return {kind: 'at-time-zone', operand, zone, span: this.spanFrom(start)};
  });
}

type IsWord = Pick<IsTest, 'test' | 'form'>;
const JSON_TESTS: ReadonlyMap<string, IsTest['test']> = new Map([
  ['value', 'json'],
  ['array', 'json-array'],
  ['object', 'json-object'],
  ['scalar', 'json-scalar'],
]);
type Tail = ParserMethod<[start: number, operand: Expression, negated: boolean], Expression>;

import type {TokenType} from 'chevrotain';
import {sqlError, type SqlError} from '../../common/sql-error.ts';
import type {Expression, NormalizationForm} from '../ast/expression.ts';
import type {FunctionCall} from '../ast/function-call.ts';
import {K, T} from '../tokens/token-types.ts';
import {FunctionRules} from './function-rules.ts';
import type {Rule} from './grammar-base.ts';
import {specialCall} from './special-call.ts';

/** Calls with a syntax of their own: EXTRACT(… FROM …), CURRENT_DATE, COALESCE, … See `FunctionSyntax` for what each becomes. */
export abstract class SpecialCallRules extends FunctionRules {
  readonly specialCall: Rule<FunctionCall> = this.RULE('specialCall', (): FunctionCall =>
    this.OR((this.#calls ??= this.#callAlternatives())),
  );
  #calls: {ALT: () => FunctionCall}[] | undefined;

  #callAlternatives(): {ALT: () => FunctionCall}[] {
    return [
      {ALT: () => this.SUBRULE(this.keywordCall)},
      {ALT: () => this.SUBRULE(this.valueFunction)},
      {ALT: () => this.SUBRULE(this.extractCall)},
      {ALT: () => this.SUBRULE(this.substringCall)},
      {ALT: () => this.SUBRULE(this.trimCall)},
      {ALT: () => this.SUBRULE(this.positionCall)},
      {ALT: () => this.SUBRULE(this.overlayCall)},
      {ALT: () => this.SUBRULE(this.normalizeCall)},
      {ALT: () => this.SUBRULE(this.collationCall)},
    ];
  }

  protected readonly keywordCall: Rule<FunctionCall> = this.RULE('keywordCall', (): FunctionCall => {
    const start = this.offset();
    const name = this.OR([
      {ALT: () => (this.CONSUME(K.coalesce), 'coalesce')},
      {ALT: () => (this.CONSUME(K.nullif), 'nullif')},
      {ALT: () => (this.CONSUME(K.greatest), 'greatest')},
      {ALT: () => (this.CONSUME(K.least), 'least')},
      {ALT: () => (this.CONSUME(K.grouping), 'grouping')},
    ]);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(T.LParen);
    const values = this.SUBRULE(this.expressionList);
    this.CONSUME(T.RParen);
    return this.ACTION(() => specialCall(name, 'keyword', values, nameSpan, this.spanFrom(start)));
  });

  protected readonly valueFunction: Rule<FunctionCall> = this.RULE('valueFunction', (): FunctionCall => {
    const start = this.offset();
    const word = (type: TokenType) => ({ALT: () => this.payloadOf(this.CONSUME(type))});
    const name = this.OR([
      word(K.current_date),
      word(K.current_timestamp),
      word(K.current_time),
      word(K.localtimestamp),
      word(K.localtime),
      word(K.current_user),
      word(K.current_role),
      word(K.session_user),
      word(K.user),
      word(K.current_catalog),
      word(K.current_schema),
    ]);
    const nameSpan = this.spanFrom(start);
    const values: Expression[] = [];
    this.OPTION(() => {
      this.OR2([
        {ALT: () => this.CONSUME(T.LParenEmpty)},
        {
          ALT: () => {
            this.CONSUME(T.LParenPlain);
            values.push(this.integerOf(this.CONSUME(T.Integer)));
          },
        },
      ]);
      this.CONSUME(T.RParen);
    });
    return this.ACTION(() => specialCall(name, 'value', values, nameSpan, this.spanFrom(start)));
  });

  protected readonly extractCall: Rule<FunctionCall> = this.RULE('extractCall', (): FunctionCall => {
    const start = this.offset();
    this.CONSUME(K.extract);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(T.LParen);
    const field = this.OR([{ALT: () => this.stringOf(this.CONSUME(T.String))}, {ALT: () => this.stringOf(this.CONSUME(T.Label))}]);
    this.CONSUME(K.from);
    const source = this.SUBRULE(this.expression);
    this.CONSUME(T.RParen);
    return this.ACTION(() => specialCall('extract', 'extract', [field, source], nameSpan, this.spanFrom(start)));
  });

  /** FROM and FOR in either order; a plain argument list is an ordinary call. */
  protected readonly substringCall: Rule<FunctionCall> = this.RULE('substringCall', (): FunctionCall => {
    const start = this.offset();
    const name = this.identifierOf(this.CONSUME(K.substring));
    this.CONSUME(T.LParen);
    const values = this.SUBRULE(this.expressionList);
    let from: Expression | undefined;
    let length: Expression | undefined;
    let similar = false;
    this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.from);
            from = this.SUBRULE(this.expression);
            length = this.OPTION2(() => {
              this.CONSUME(K.for);
              return this.SUBRULE2(this.expression);
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME2(K.for);
            length = this.SUBRULE3(this.expression);
            from = this.OPTION3(() => {
              this.CONSUME2(K.from);
              return this.SUBRULE4(this.expression);
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.SimilarPatternAhead);
            similar = true;
            from = this.SUBRULE5(this.expression);
            this.CONSUME(K.escape);
            length = this.SUBRULE6(this.expression);
          },
        },
      ]),
    );
    this.CONSUME(T.RParen);
    return this.ACTION(() => {
      const span = this.spanFrom(start);
      if ((from !== undefined || length !== undefined) && values.length > 1) throw this.#mixedArguments('substring', start);
      if (similar) return specialCall('substring', 'substring-similar', [...values, from!, length!], name.span, span);
      if (from === undefined && length !== undefined) {
        const one: Expression = {kind: 'integer-literal', text: '1', span: length.span};
        return specialCall('substring', 'substring-for', [...values, one, length], name.span, span);
      }
      if (from === undefined) return {...specialCall('substring', 'substring', values, name.span, span), syntax: undefined};
      return specialCall('substring', 'substring', [...values, from, ...(length === undefined ? [] : [length])], name.span, span);
    });
  });

  #mixedArguments(name: string, position: number): SqlError {
    return sqlError('syntax_error', `wrong arguments of ${name}`, {position, hint: 'expected one argument before the keyword'});
  }

  protected readonly trimCall: Rule<FunctionCall> = this.RULE('trimCall', (): FunctionCall => {
    const start = this.offset();
    this.CONSUME(K.trim);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(T.LParen);
    const name = this.OPTION(() =>
      this.OR([
        {ALT: () => (this.CONSUME(K.both), 'btrim')},
        {ALT: () => (this.CONSUME(K.leading), 'ltrim')},
        {ALT: () => (this.CONSUME(K.trailing), 'rtrim')},
      ]),
    );
    // TRIM(c FROM x), TRIM(FROM x), TRIM(x) and TRIM(x, c)
    const before = this.OPTION2(() => this.SUBRULE(this.expressionList));
    const after = this.OPTION3(() => {
      this.CONSUME(K.from);
      return this.SUBRULE2(this.expressionList);
    });
    this.CONSUME(T.RParen);
    return this.ACTION(() => {
      const values = after === undefined ? (before ?? []) : [...after, ...(before ?? [])];
      if (values.length < 1 || values.length > 2) throw this.#mixedArguments('trim', start);
      return specialCall(name ?? 'btrim', 'trim', values, nameSpan, this.spanFrom(start));
    });
  });

  protected readonly positionCall: Rule<FunctionCall> = this.RULE('positionCall', (): FunctionCall => {
    const start = this.offset();
    this.CONSUME(K.position);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(T.LParen);
    // above IN, as PostgreSQL's b_expr
    const part = this.SUBRULE(this.expression, {ARGS: [ABOVE_IN]});
    this.CONSUME(K.in);
    const whole = this.SUBRULE2(this.expression);
    this.CONSUME(T.RParen);
    return this.ACTION(() => specialCall('position', 'position', [whole, part], nameSpan, this.spanFrom(start)));
  });

  protected readonly overlayCall: Rule<FunctionCall> = this.RULE('overlayCall', (): FunctionCall => {
    const start = this.offset();
    this.CONSUME(K.overlay);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(T.LParen);
    const values = this.SUBRULE(this.expressionList);
    const rest = this.OPTION(() => {
      this.CONSUME(K.placing);
      const replacement = this.SUBRULE(this.expression);
      this.CONSUME(K.from);
      const found = [replacement, this.SUBRULE2(this.expression)];
      this.OPTION2(() => {
        this.CONSUME(K.for);
        found.push(this.SUBRULE3(this.expression));
      });
      return found;
    });
    this.CONSUME(T.RParen);
    return this.ACTION(() => {
      const call = specialCall('overlay', 'overlay', [...values, ...(rest ?? [])], nameSpan, this.spanFrom(start));
      return rest === undefined ? {...call, syntax: undefined} : call;
    });
  });

  protected readonly normalizeCall: Rule<FunctionCall> = this.RULE('normalizeCall', (): FunctionCall => {
    const start = this.offset();
    this.CONSUME(K.normalize);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(T.LParen);
    const values = [this.SUBRULE(this.expression)];
    this.OPTION(() => {
      this.CONSUME(T.Comma);
      const at = this.offset();
      const form = this.SUBRULE(this.normalizationForm);
      values.push({kind: 'string-literal', value: form, span: this.spanFrom(at)});
    });
    this.CONSUME(T.RParen);
    return this.ACTION(() => specialCall('normalize', 'normalize', values, nameSpan, this.spanFrom(start)));
  });

  readonly normalizationForm: Rule<NormalizationForm> = this.RULE('normalizationForm', (): NormalizationForm =>
    this.OR<NormalizationForm>([
      {ALT: () => (this.CONSUME(K.nfc), 'nfc')},
      {ALT: () => (this.CONSUME(K.nfd), 'nfd')},
      {ALT: () => (this.CONSUME(K.nfkc), 'nfkc')},
      {ALT: () => (this.CONSUME(K.nfkd), 'nfkd')},
    ]),
  );

  protected readonly collationCall: Rule<FunctionCall> = this.RULE('collationCall', (): FunctionCall => {
    const start = this.offset();
    this.CONSUME(K.collation);
    const nameSpan = this.spanFrom(start);
    this.CONSUME(K.for);
    this.CONSUME(T.LParen);
    const values = [this.SUBRULE(this.expression)];
    this.CONSUME(T.RParen);
    return this.ACTION(() => specialCall('pg_collation_for', 'collation-for', values, nameSpan, this.spanFrom(start)));
  });
}

const ABOVE_IN = 7;

import type {ParserMethod} from 'chevrotain';
import type {Expression} from '../ast/expression.ts';
import type {FunctionArgument, FunctionCall} from '../ast/function-call.ts';
import type {QualifiedName} from '../ast/names.ts';
import type {SortItem} from '../ast/sort-item.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {WindowRules} from './window-rules.ts';

/** Calls written `name(args)` with all that may follow. */
export abstract class FunctionRules extends WindowRules {
  /** From the parenthesis on. `name` may be unquoted keywords for the special calls. */
  protected readonly functionCallTail: ParserMethod<[start: number, name: QualifiedName], FunctionCall> = this.RULE(
    'functionCallTail',
    (start: number, name: QualifiedName): FunctionCall => {
      const args: FunctionArgument[] = [];
      let star = false;
      let distinct = false;
      let orderBy: SortItem[] | undefined;
      let partitionBy: Expression[] | undefined;
      this.CONSUME(T.LParen);
      this.OPTION(() =>
        this.OR([
          {
            ALT: () => {
              this.CONSUME(T.Star);
              star = true;
            },
          },
          {
            ALT: () => {
              this.OPTION2(() =>
                this.OR2([
                  {ALT: () => this.CONSUME(K.all)},
                  {
                    ALT: () => {
                      this.CONSUME(K.distinct);
                      distinct = true;
                    },
                  },
                ]),
              );
              this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => args.push(this.SUBRULE(this.functionArgument))});
              partitionBy = this.OPTION8(() => this.SUBRULE(this.partitionBy));
              orderBy = this.OPTION3(() => this.SUBRULE(this.orderBy));
            },
          },
        ]),
      );
      this.CONSUME(T.RParen);
      const withinGroup = this.OPTION4(() => this.SUBRULE(this.withinGroup));
      const filter = this.OPTION5(() => this.SUBRULE(this.filterClause));
      const nullTreatment = this.OPTION6(() => this.SUBRULE(this.nullTreatment));
      const over = this.OPTION7(() => {
        this.CONSUME(K.over);
        return this.SUBRULE(this.windowReference);
      });
      return {
        kind: 'function-call',
        name,
        args,
        star,
        distinct,
        orderBy: orderBy ?? [],
        ...(partitionBy && {partitionBy}),
        withinGroup: withinGroup ?? [],
        filter,
        nullTreatment,
        over,
        syntax: undefined,
        span: this.spanFrom(start),
      };
    },
  );

  protected readonly functionArgument: Rule<FunctionArgument> = this.RULE('functionArgument', (): FunctionArgument => {
    const start = this.offset();
    const variadic = this.OPTION(() => this.CONSUME(K.variadic)) !== undefined;
    const name = this.OPTION2({
      GATE: () => {
        const next = this.LA(2).tokenType;
        return next === T.Arrow || next === T.ColonEquals;
      },
      DEF: () => {
        const argument = this.SUBRULE(this.label);
        this.OR([{ALT: () => this.CONSUME(T.Arrow)}, {ALT: () => this.CONSUME(T.ColonEquals)}]);
        return argument;
      },
    });
    const value = this.OR2<Expression>([
      {
        ALT: () => {
          this.CONSUME(K.table);
          const table = this.SUBRULE(this.qualifiedName);
          const partitionBy = this.OPTION3(() => this.SUBRULE(this.partitionBy));
          return {kind: 'table-argument', name: table, ...(partitionBy && {partitionBy}), span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.expression)},
    ]);
    return {kind: 'function-argument', name, variadic, value, span: this.spanFrom(start)};
  });

  protected readonly withinGroup: Rule<SortItem[]> = this.RULE('withinGroup', (): SortItem[] => {
    this.CONSUME(K.within);
    this.CONSUME(K.group);
    this.CONSUME(T.LParen);
    const items = this.SUBRULE(this.orderBy);
    this.CONSUME(T.RParen);
    return items;
  });

  protected readonly filterClause: Rule<Expression> = this.RULE('filterClause', (): Expression => {
    this.CONSUME(K.filter);
    this.CONSUME(T.LParen);
    this.CONSUME(K.where);
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(T.RParen);
    return condition;
  });

  protected readonly nullTreatment: Rule<'ignore' | 'respect'> = this.RULE('nullTreatment', (): 'ignore' | 'respect' => {
    const treatment = this.OR<'ignore' | 'respect'>([
      {ALT: () => (this.CONSUME(K.ignore), 'ignore')},
      {ALT: () => (this.CONSUME(K.respect), 'respect')},
    ]);
    this.CONSUME(K.nulls);
    return treatment;
  });
}

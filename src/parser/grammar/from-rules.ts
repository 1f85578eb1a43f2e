import type {ParserMethod} from 'chevrotain';
import {sqlError} from '../../common/sql-error.ts';
import type {
  FromItem,
  FunctionRef,
  JoinClause,
  JoinCondition,
  JoinType,
  RowsFromItem,
  RowsFromRef,
  SubqueryRef,
  TableRef,
} from '../ast/from-item.ts';
import type {Expression} from '../ast/expression.ts';
import type {FunctionCall} from '../ast/function-call.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {AliasRules} from './alias-rules.ts';

/** The items of FROM. */
export abstract class FromRules extends AliasRules {
  readonly fromList: Rule<FromItem[]> = this.RULE('fromList', (): FromItem[] => {
    const items: FromItem[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.fromItem))});
    return items;
  });

  readonly fromItem: Rule<FromItem> = this.RULE('fromItem', (): FromItem => {
    const start = this.offset();
    let item = this.SUBRULE(this.fromPrimary);
    this.MANY(() => {
      item = this.SUBRULE(this.joinTail, {ARGS: [start, item]});
    });
    return item;
  });

  /** What follows the left side. `a JOIN b JOIN c ON x ON y`: joins before an ON belong to the right side. */
  protected readonly joinTail: ParserMethod<[start: number, left: FromItem], JoinClause> = this.RULE(
    'joinTail',
    (start: number, left: FromItem): JoinClause =>
      this.OR<JoinClause>([
        {
          ALT: () => {
            this.CONSUME(K.cross);
            this.CONSUME(K.join);
            const right = this.SUBRULE(this.fromPrimary);
            return this.#join(start, left, right, 'cross', {});
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.natural);
            const joinType = this.SUBRULE(this.joinType);
            this.CONSUME2(K.join);
            const right = this.SUBRULE2(this.fromPrimary);
            return this.#join(start, left, right, joinType, {natural: true});
          },
        },
        {
          ALT: () => {
            const asof = this.OPTION(() => this.CONSUME(K.asof)) !== undefined;
            const joinType = this.SUBRULE2(this.joinType);
            this.CONSUME3(K.join);
            const rightStart = this.offset();
            let right = this.SUBRULE3(this.fromPrimary);
            this.MANY(() => {
              right = this.SUBRULE(this.joinTail, {ARGS: [rightStart, right]});
            });
            const within = this.OPTION2(() => this.SUBRULE(this.joinWithin));
            const {match, condition} = this.OR2<Pick<JoinClause, 'match' | 'condition'>>([
              {
                GATE: () => asof,
                ALT: () => {
                  const first = this.SUBRULE(this.matchCondition);
                  return {match: first, condition: this.OPTION3(() => this.SUBRULE2(this.joinCondition))};
                },
              },
              {ALT: () => ({match: undefined, condition: this.SUBRULE(this.joinCondition)})},
            ]);
            return this.#join(start, left, right, joinType, {asof, within, match, condition});
          },
        },
      ]),
  );

  #join(
    start: number,
    left: FromItem,
    right: FromItem,
    joinType: JoinType,
    rest: Partial<Pick<JoinClause, 'natural' | 'asof' | 'within' | 'match' | 'condition'>>,
  ): JoinClause {
    return {
      kind: 'join',
      joinType,
      natural: rest.natural ?? false,
      asof: rest.asof ?? false,
      left,
      right,
      within: rest.within,
      match: rest.match,
      condition: rest.condition,
      alias: undefined,
      span: this.spanFrom(start),
    };
  }

  protected readonly joinType: Rule<JoinType> = this.RULE('joinType', (): JoinType => {
    const type = this.OPTION(() =>
      this.OR<JoinType>([
        {ALT: () => (this.CONSUME(K.inner), 'inner')},
        {
          ALT: () => {
            const outer = this.OR2<JoinType>([
              {ALT: () => (this.CONSUME(K.left), 'left')},
              {ALT: () => (this.CONSUME(K.right), 'right')},
              {ALT: () => (this.CONSUME(K.full), 'full')},
            ]);
            this.OPTION2(() => this.CONSUME(K.outer));
            return outer;
          },
        },
      ]),
    );
    return type ?? 'inner';
  });

  /** Snowflake's: the comparison of the times of an ASOF JOIN, apart from its equalities. */
  protected readonly matchCondition: Rule<Expression> = this.RULE('matchCondition', (): Expression => {
    this.CONSUME(K.match_condition);
    this.CONSUME(T.LParenPlain);
    const expression = this.SUBRULE(this.expression);
    this.CONSUME(T.RParen);
    return expression;
  });

  protected readonly joinCondition: Rule<JoinCondition> = this.RULE('joinCondition', (): JoinCondition => {
    const start = this.offset();
    return this.OR<JoinCondition>([
      {
        ALT: () => {
          this.CONSUME(K.on);
          const expression = this.SUBRULE(this.expression);
          return {kind: 'join-on', expression, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.using);
          const columns = this.SUBRULE(this.parenthesizedNames);
          const alias = this.OPTION(() => {
            this.CONSUME(K.as);
            return this.SUBRULE(this.name);
          });
          return {kind: 'join-using', columns, alias, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly fromPrimary: Rule<FromItem> = this.RULE('fromPrimary', (): FromItem =>
    this.OR<FromItem>([
      {ALT: () => this.SUBRULE(this.rowsFrom, {ARGS: [false]})},
      {ALT: () => this.SUBRULE(this.specialFunctionRef, {ARGS: [false]})},
      {ALT: () => this.SUBRULE(this.namedItem, {ARGS: [false]})},
      {ALT: () => this.SUBRULE(this.onlyTable)},
      {ALT: () => this.SUBRULE(this.subqueryRef, {ARGS: [false]})},
      {ALT: () => this.SUBRULE(this.parenthesizedJoin)},
      {ALT: () => this.SUBRULE(this.tableFunction, {ARGS: [false]})},
      {ALT: () => this.SUBRULE(this.lateralItem)},
    ]),
  );

  protected readonly lateralItem: Rule<FromItem> = this.RULE('lateralItem', (): FromItem => {
    this.CONSUME(K.lateral);
    return this.OR<FromItem>([
      {ALT: () => this.SUBRULE(this.rowsFrom, {ARGS: [true]})},
      {ALT: () => this.SUBRULE(this.specialFunctionRef, {ARGS: [true]})},
      {ALT: () => this.SUBRULE(this.subqueryRef, {ARGS: [true]})},
      {ALT: () => this.SUBRULE(this.tableFunction, {ARGS: [true]})},
      {ALT: () => this.SUBRULE(this.namedItem, {ARGS: [true]})},
    ]);
  });

  /** A relation or a function call. */
  protected readonly namedItem: ParserMethod<[lateral: boolean], FromItem> = this.RULE('namedItem', (lateral: boolean): FromItem => {
    const start = this.offset();
    const name = this.OR([
      {ALT: () => this.SUBRULE(this.qualifiedName)},
      {
        ALT: () => {
          const word = this.identifierOf(this.CONSUME(T.FunctionKeyword));
          return {kind: 'qualified-name' as const, parts: [word], span: word.span};
        },
      },
    ]);
    return this.OR2<FromItem>([
      {
        ALT: () => {
          const call = this.SUBRULE(this.functionCallTail, {ARGS: [start, name]});
          return this.SUBRULE(this.functionRefTail, {ARGS: [start, call, lateral, false]});
        },
      },
      {ALT: () => this.SUBRULE(this.tableRefTail, {ARGS: [start, name, lateral]})},
    ]);
  });

  protected readonly tableRefTail: ParserMethod<[start: number, name: TableRef['name'], lateral: boolean], TableRef> = this.RULE(
    'tableRefTail',
    (start: number, name: TableRef['name'], lateral: boolean): TableRef => {
      this.ACTION(() => {
        if (lateral) throw sqlError('syntax_error', 'LATERAL takes a subquery or a function call', {position: name.span.start});
      });
      this.OPTION(() => this.CONSUME(T.Star));
      const systemTime = this.OPTION2(() => {
        this.CONSUME(T.SystemTimeAhead);
        this.CONSUME(K.system_time);
        this.CONSUME(K.as);
        this.CONSUME(K.of);
        return this.SUBRULE(this.expression);
      });
      const alias = this.SUBRULE(this.optionalAlias);
      return {kind: 'table-ref', name, only: false, systemTime, alias, span: this.spanFrom(start)};
    },
  );

  protected readonly onlyTable: Rule<TableRef> = this.RULE('onlyTable', (): TableRef => {
    const start = this.offset();
    this.CONSUME(K.only);
    const name = this.OR([
      {ALT: () => this.SUBRULE(this.qualifiedName)},
      {
        ALT: () => {
          this.CONSUME(T.LParen);
          const inner = this.SUBRULE2(this.qualifiedName);
          this.CONSUME(T.RParen);
          return inner;
        },
      },
    ]);
    const alias = this.SUBRULE(this.optionalAlias);
    return {kind: 'table-ref', name, only: true, systemTime: undefined, alias, span: this.spanFrom(start)};
  });

  protected readonly subqueryRef: ParserMethod<[lateral: boolean], SubqueryRef> = this.RULE(
    'subqueryRef',
    (lateral: boolean): SubqueryRef => {
      const start = this.offset();
      const query = this.SUBRULE(this.parenthesizedQuery);
      const alias = this.SUBRULE(this.optionalAlias);
      return {kind: 'subquery-ref', query, lateral, alias, span: this.spanFrom(start)};
    },
  );

  /** `(a JOIN b ON …) [AS alias]` */
  protected readonly parenthesizedJoin: Rule<FromItem> = this.RULE('parenthesizedJoin', (): FromItem => {
    const open = this.CONSUME(T.LParenPlain);
    const item = this.SUBRULE(this.fromItem);
    this.CONSUME(T.RParen);
    const alias = this.SUBRULE(this.optionalAlias);
    return this.ACTION(() => {
      if (item.kind !== 'join')
        throw sqlError('syntax_error', 'syntax error at or near ")"', {position: item.span.end, hint: 'expected JOIN'});
      return alias === undefined ? item : {...item, alias, span: this.spanFrom(open.startOffset)};
    });
  });

  protected readonly specialFunctionRef: ParserMethod<[lateral: boolean], FunctionRef> = this.RULE(
    'specialFunctionRef',
    (lateral: boolean): FunctionRef => {
      const start = this.offset();
      const call = this.SUBRULE(this.specialCall);
      return this.SUBRULE(this.functionRefTail, {ARGS: [start, call, lateral, false]});
    },
  );

  /** `TABLE(TUMBLE(…))` */
  protected readonly tableFunction: ParserMethod<[lateral: boolean], FunctionRef> = this.RULE(
    'tableFunction',
    (lateral: boolean): FunctionRef => {
      const start = this.offset();
      this.CONSUME(K.table);
      this.CONSUME(T.LParen);
      const call = this.SUBRULE(this.functionCall);
      this.CONSUME(T.RParen);
      return this.SUBRULE(this.functionRefTail, {ARGS: [start, call, lateral, true]});
    },
  );

  protected readonly functionCall: Rule<FunctionCall> = this.RULE('functionCall', (): FunctionCall => {
    const start = this.offset();
    return this.OR<FunctionCall>([
      {ALT: () => this.SUBRULE(this.specialCall)},
      {
        ALT: () => {
          const name = this.SUBRULE(this.qualifiedName);
          return this.SUBRULE(this.functionCallTail, {ARGS: [start, name]});
        },
      },
    ]);
  });

  protected readonly functionRefTail: ParserMethod<
    [start: number, call: FunctionCall, lateral: boolean, tableSyntax: boolean],
    FunctionRef
  > = this.RULE('functionRefTail', (start: number, call: FunctionCall, lateral: boolean, tableSyntax: boolean): FunctionRef => {
    const withOrdinality = this.SUBRULE(this.withOrdinality);
    const found = this.SUBRULE(this.aliasWithColumns);
    return this.ACTION(() => ({
      kind: 'function-ref',
      call,
      lateral,
      tableSyntax,
      withOrdinality,
      alias: found.alias,
      columns: found.columns,
      span: this.spanFrom(start),
    }));
  });

  protected readonly withOrdinality: Rule<boolean> = this.RULE(
    'withOrdinality',
    (): boolean => this.OPTION(() => (this.CONSUME(T.WithOrdinalityAhead), this.CONSUME(K.ordinality))) !== undefined,
  );

  protected readonly rowsFrom: ParserMethod<[lateral: boolean], RowsFromRef> = this.RULE('rowsFrom', (lateral: boolean): RowsFromRef => {
    const start = this.offset();
    const items: RowsFromItem[] = [];
    this.CONSUME(T.RowsFromAhead);
    this.CONSUME(K.from);
    this.CONSUME(T.LParen);
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.rowsFromItem))});
    this.CONSUME(T.RParen);
    const withOrdinality = this.SUBRULE(this.withOrdinality);
    const alias = this.SUBRULE(this.optionalAlias);
    return {kind: 'rows-from-ref', items, lateral, withOrdinality, alias, span: this.spanFrom(start)};
  });

  protected readonly rowsFromItem: Rule<RowsFromItem> = this.RULE('rowsFromItem', (): RowsFromItem => {
    const start = this.offset();
    const call = this.SUBRULE(this.functionCall);
    const columns = this.OPTION(() => {
      this.CONSUME(K.as);
      return this.SUBRULE(this.functionColumns);
    });
    return {kind: 'rows-from-item', call, columns: columns ?? [], span: this.spanFrom(start)};
  });
}

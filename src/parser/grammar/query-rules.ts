import type {ParserMethod} from 'chevrotain';
import type {Delete, Insert, Update} from '../ast/dml.ts';
import type {Expression} from '../ast/expression.ts';
import type {
  CommonTableExpression,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  TableQuery,
  Values,
  WithClause,
} from '../ast/query.ts';
import type {SortItem} from '../ast/sort-item.ts';
import {K, T} from '../tokens/token-types.ts';

import type {Rule} from './grammar-base.ts';
import {QueryTailRules, type QueryTail} from './query-tail-rules.ts';

/** SELECT, VALUES, TABLE, set operations, WITH. */
export abstract class QueryRules extends QueryTailRules {
  protected abstract readonly dataStatement: Rule<Query | Insert | Update | Delete>;

  readonly query: Rule<Query> = this.RULE('query', (): Query => {
    const start = this.offset();
    const withClause = this.OPTION(() => this.SUBRULE(this.withClause));
    return this.SUBRULE(this.queryAfterWith, {ARGS: [start, withClause]});
  });

  readonly queryAfterWith: ParserMethod<[start: number, withClause: WithClause | undefined], Query> = this.RULE(
    'queryAfterWith',
    (start: number, withClause: WithClause | undefined): Query => {
      const body = this.SUBRULE(this.setOperation);
      const orderBy = this.OPTION(() => this.SUBRULE(this.orderBy));
      const tail = this.OPTION2(() => this.SUBRULE(this.queryTail));
      return this.ACTION(() => this.#queryOf(start, withClause, body, orderBy ?? [], tail));
    },
  );

  #queryOf(start: number, withClause: WithClause | undefined, body: QueryBody, orderBy: SortItem[], tail: QueryTail | undefined): Query {
    const plain = withClause === undefined && orderBy.length === 0 && tail === undefined;
    if (plain && body.kind === 'query') return body;
    return {
      kind: 'query',
      with: withClause,
      body,
      orderBy,
      limit: tail?.limit,
      offset: tail?.offset,
      withTies: tail?.withTies ?? false,
      locking: tail?.locking ?? [],
      emit: tail?.emit,
      span: this.spanFrom(start),
    };
  }

  /** UNION and EXCEPT from the left, INTERSECT before them. `min` is the least power of an operator that belongs here. */
  protected readonly setOperation: ParserMethod<[min?: number], QueryBody> = this.RULE('setOperation', (min: number = 1): QueryBody => {
    const start = this.offset();
    let left = this.SUBRULE(this.queryPrimary);
    this.MANY({
      GATE: () => setPower(this.LA(1).tokenType) >= min,
      DEF: () => {
        const power = setPower(this.LA(1).tokenType);
        const operator = this.OR<SetOperation['operator']>([
          {ALT: () => (this.CONSUME(K.union), 'union')},
          {ALT: () => (this.CONSUME(K.except), 'except')},
          {ALT: () => (this.CONSUME(K.intersect), 'intersect')},
        ]);
        let all = false;
        this.OPTION(() => this.OR2([{ALT: () => (all = this.CONSUME(K.all) !== undefined)}, {ALT: () => this.CONSUME(K.distinct)}]));
        const right = this.SUBRULE(this.setOperation, {ARGS: [power + 1]});
        left = {kind: 'set-operation', operator, all, left, right, span: this.spanFrom(start)};
      },
    });
    return left;
  });

  protected readonly queryPrimary: Rule<QueryBody> = this.RULE('queryPrimary', (): QueryBody =>
    this.OR<QueryBody>([
      {ALT: () => this.SUBRULE(this.select)},
      {ALT: () => this.SUBRULE(this.values)},
      {ALT: () => this.SUBRULE(this.tableQuery)},
      {
        ALT: () => {
          const query = this.SUBRULE(this.parenthesizedQuery);
          return this.ACTION(() => (isPlain(query) ? query.body : query));
        },
      },
    ]),
  );

  protected readonly values: Rule<Values> = this.RULE('values', (): Values => {
    const start = this.offset();
    const rows: Expression[][] = [];
    this.CONSUME(K.values);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        this.CONSUME(T.LParen);
        rows.push(this.SUBRULE(this.expressionList));
        this.CONSUME(T.RParen);
      },
    });
    return {kind: 'values', rows, span: this.spanFrom(start)};
  });

  protected readonly tableQuery: Rule<TableQuery> = this.RULE('tableQuery', (): TableQuery => {
    const start = this.offset();
    this.CONSUME(K.table);
    const only = this.OPTION(() => this.CONSUME(K.only)) !== undefined;
    const name = this.SUBRULE(this.qualifiedName);
    return {kind: 'table-query', name, only, span: this.spanFrom(start)};
  });

  protected readonly select: Rule<Select> = this.RULE('select', (): Select => {
    const start = this.offset();
    let distinct = false;
    let distinctOn: Expression[] | undefined;
    this.CONSUME(K.select);
    this.OPTION(() =>
      this.OR([
        {ALT: () => this.CONSUME(K.all)},
        {
          ALT: () => {
            this.CONSUME(K.distinct);
            distinct = true;
            distinctOn = this.OPTION2(() => {
              this.CONSUME(K.on);
              this.CONSUME(T.LParen);
              const expressions = this.SUBRULE(this.expressionList);
              this.CONSUME(T.RParen);
              return expressions;
            });
          },
        },
      ]),
    );
    const items = this.OPTION3(() => this.SUBRULE(this.selectItems));
    const from = this.OPTION4(() => {
      this.CONSUME(K.from);
      return this.SUBRULE(this.fromList);
    });
    const streamWindow = this.OPTION5(() => this.SUBRULE(this.streamWindow));
    const where = this.OPTION6(() => this.SUBRULE(this.whereClause));
    const groupBy = this.OPTION7(() => this.SUBRULE(this.groupBy));
    const having = this.OPTION8(() => {
      this.CONSUME(K.having);
      return this.SUBRULE(this.expression);
    });
    const windows: Select['windows'][number][] = [];
    this.OPTION9(() => {
      this.CONSUME(K.window);
      this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => windows.push(this.SUBRULE(this.windowDefinition))});
    });
    return {
      kind: 'select',
      distinct,
      distinctOn: distinctOn ?? [],
      items: items ?? [],
      from: from ?? [],
      streamWindow,
      where,
      groupBy,
      having,
      windows,
      span: this.spanFrom(start),
    };
  });

  readonly whereClause: Rule<Expression> = this.RULE('whereClause', (): Expression => {
    this.CONSUME(K.where);
    return this.SUBRULE(this.expression);
  });

  readonly selectItems: Rule<SelectItem[]> = this.RULE('selectItems', (): SelectItem[] => {
    const items: SelectItem[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.selectItem))});
    return items;
  });

  protected readonly selectItem: Rule<SelectItem> = this.RULE('selectItem', (): SelectItem => {
    const start = this.offset();
    return this.OR<SelectItem>([
      {
        ALT: () => {
          this.CONSUME(T.Star);
          const span = this.spanFrom(start);
          return {kind: 'select-item', expression: {kind: 'star', qualifier: [], span}, alias: undefined, span};
        },
      },
      {
        ALT: () => {
          const expression = this.SUBRULE(this.expression);
          const alias = this.OPTION(() =>
            this.OR2([
              {
                ALT: () => {
                  this.CONSUME(K.as);
                  return this.SUBRULE(this.label);
                },
              },
              {ALT: () => this.identifierOf(this.CONSUME(T.BareLabel))},
            ]),
          );
          return {kind: 'select-item', expression, alias, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  readonly withClause: Rule<WithClause> = this.RULE('withClause', (): WithClause => {
    const start = this.offset();
    const tables: CommonTableExpression[] = [];
    this.CONSUME(K.with);
    const recursive = this.OPTION(() => this.CONSUME(K.recursive)) !== undefined;
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => tables.push(this.SUBRULE(this.commonTableExpression))});
    return {kind: 'with-clause', recursive, tables, span: this.spanFrom(start)};
  });

  protected readonly commonTableExpression: Rule<CommonTableExpression> = this.RULE('commonTableExpression', (): CommonTableExpression => {
    const start = this.offset();
    const name = this.SUBRULE(this.name);
    const columns = this.OPTION(() => this.SUBRULE(this.parenthesizedNames));
    this.CONSUME(K.as);
    const materialized = this.OPTION2(() => {
      const not = this.OPTION3(() => this.CONSUME(K.not));
      this.CONSUME(K.materialized);
      return not === undefined;
    });
    this.CONSUME(T.LParen);
    const statement = this.SUBRULE(this.dataStatement);
    this.CONSUME(T.RParen);
    return {kind: 'common-table-expression', name, columns: columns ?? [], materialized, statement, span: this.spanFrom(start)};
  });
}

function setPower(type: unknown): number {
  if (type === K.union || type === K.except) return 1;
  return type === K.intersect ? 2 : 0;
}

/** Whether nothing but the body says anything: then parentheses around it mean nothing. */
function isPlain(query: Query): boolean {
  return (
    query.with === undefined &&
    query.orderBy.length === 0 &&
    query.limit === undefined &&
    query.offset === undefined &&
    query.locking.length === 0 &&
    query.emit === undefined
  );
}

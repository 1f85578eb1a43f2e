import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../ast/expression.ts';
import type {EmitMode, GroupBy, GroupingItem, LockingClause} from '../ast/query.ts';
import {K, T} from '../tokens/token-types.ts';
import {FromRules} from './from-rules.ts';
import type {Rule} from './grammar-base.ts';

export type QueryTail = {
  limit: Expression | undefined;
  offset: Expression | undefined;
  withTies: boolean;
  locking: LockingClause[];
  emit: EmitMode | undefined;
};

/** Clauses after the list of FROM: GROUP BY, and those that hold for a whole query. */
export abstract class QueryTailRules extends FromRules {
  protected readonly groupBy: Rule<GroupBy> = this.RULE('groupBy', (): GroupBy => {
    const start = this.offset();
    let distinct = false;
    this.CONSUME(K.group);
    this.CONSUME(K.by);
    this.OPTION(() => this.OR([{ALT: () => this.CONSUME(K.all)}, {ALT: () => (distinct = this.CONSUME(K.distinct) !== undefined)}]));
    const items = this.SUBRULE(this.groupingItems);
    return {kind: 'group-by', distinct, items, span: this.spanFrom(start)};
  });

  protected readonly groupingItems: Rule<GroupingItem[]> = this.RULE('groupingItems', (): GroupingItem[] => {
    const items: GroupingItem[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.groupingItem))});
    return items;
  });

  protected readonly groupingItem: Rule<GroupingItem> = this.RULE('groupingItem', (): GroupingItem => {
    const start = this.offset();
    return this.OR<GroupingItem>([
      {
        ALT: () => {
          this.CONSUME(T.LParenEmpty);
          this.CONSUME(T.RParen);
          return {kind: 'empty-grouping', span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const kind = this.OR2<'rollup' | 'cube'>([
            {ALT: () => (this.CONSUME(K.rollup), 'rollup')},
            {ALT: () => (this.CONSUME(K.cube), 'cube')},
          ]);
          this.CONSUME(T.LParen);
          const items = this.SUBRULE(this.expressionList);
          this.CONSUME2(T.RParen);
          return {kind, items, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.GroupingSetsAhead);
          this.CONSUME(K.sets);
          this.CONSUME2(T.LParen);
          const sets = this.SUBRULE(this.groupingItems);
          this.CONSUME3(T.RParen);
          return {kind: 'grouping-sets', sets, span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.expression)},
    ]);
  });

  /** LIMIT, OFFSET, FETCH, FOR UPDATE and EMIT, in any order, the first two and the last once each. */
  protected readonly queryTail: Rule<QueryTail> = this.RULE('queryTail', (): QueryTail => {
    const tail: QueryTail = {limit: undefined, offset: undefined, withTies: false, locking: [], emit: undefined};
    const seen = new Set<string>();
    const once = (clause: string, at: number): void => {
      if (seen.has(clause)) throw sqlError('syntax_error', `multiple ${clause} clauses not allowed`, {position: at});
      seen.add(clause);
    };
    this.AT_LEAST_ONE(() => {
      const at = this.offset();
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.limit);
            this.ACTION(() => once('LIMIT', at));
            this.OR2([{ALT: () => this.CONSUME(K.all)}, {ALT: () => (tail.limit = this.SUBRULE(this.expression))}]);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.offset);
            this.ACTION(() => once('OFFSET', at));
            tail.offset = this.SUBRULE2(this.expression);
            this.OPTION(() => this.OR3([{ALT: () => this.CONSUME(K.row)}, {ALT: () => this.CONSUME(K.rows)}]));
          },
        },
        {
          ALT: () => {
            const fetch = this.SUBRULE(this.fetchFirst);
            this.ACTION(() => {
              once('LIMIT', at);
              tail.limit = fetch.count;
              tail.withTies = fetch.withTies;
            });
          },
        },
        {ALT: () => tail.locking.push(this.SUBRULE(this.lockingClause))},
        {
          ALT: () => {
            this.ACTION(() => once('EMIT', at));
            tail.emit = this.SUBRULE(this.emitClause);
          },
        },
      ]);
    });
    return tail;
  });

  protected readonly fetchFirst: Rule<{count: Expression; withTies: boolean}> = this.RULE(
    'fetchFirst',
    (): {count: Expression; withTies: boolean} => {
      const start = this.offset();
      this.CONSUME(K.fetch);
      this.OR([{ALT: () => this.CONSUME(K.first)}, {ALT: () => this.CONSUME(K.next)}]);
      const count = this.OPTION({
        GATE: () => this.LA(1).tokenType !== K.row && this.LA(1).tokenType !== K.rows,
        DEF: () => this.SUBRULE(this.expression),
      });
      this.OR2([{ALT: () => this.CONSUME(K.row)}, {ALT: () => this.CONSUME(K.rows)}]);
      const withTies = this.OR3([
        {ALT: () => (this.CONSUME(K.only), false)},
        {ALT: () => (this.CONSUME(K.with), this.CONSUME(K.ties), true)},
      ]);
      return {count: count ?? {kind: 'integer-literal', text: '1', span: this.spanFrom(start)}, withTies};
    },
  );

  protected readonly lockingClause: Rule<LockingClause> = this.RULE('lockingClause', (): LockingClause => {
    const start = this.offset();
    this.CONSUME(K.for);
    const strength = this.OR<LockingClause['strength']>([
      {ALT: () => (this.CONSUME(K.update), 'update')},
      {ALT: () => (this.CONSUME(K.no), this.CONSUME(K.key), this.CONSUME2(K.update), 'no-key-update')},
      {ALT: () => (this.CONSUME(K.share), 'share')},
      {ALT: () => (this.CONSUME2(K.key), this.CONSUME2(K.share), 'key-share')},
    ]);
    const tables = this.OPTION(() => {
      this.CONSUME(K.of);
      return this.SUBRULE(this.qualifiedNameList);
    });
    const wait = this.OPTION2(() =>
      this.OR2<'nowait' | 'skip-locked'>([
        {ALT: () => (this.CONSUME(K.nowait), 'nowait')},
        {ALT: () => (this.CONSUME(K.skip), this.CONSUME(K.locked), 'skip-locked')},
      ]),
    );
    return {kind: 'locking-clause', strength, tables: tables ?? [], wait, span: this.spanFrom(start)};
  });

  readonly emitClause: Rule<EmitMode> = this.RULE('emitClause', (): EmitMode => {
    this.CONSUME(K.emit);
    return this.OR<EmitMode>([
      {ALT: () => (this.CONSUME(K.changes), 'changes')},
      {ALT: () => (this.CONSUME(K.final), 'on-window-close')},
      {ALT: () => (this.CONSUME(K.on), this.CONSUME(K.window), this.CONSUME(K.close), 'on-window-close')},
    ]);
  });
}

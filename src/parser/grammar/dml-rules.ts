import type {ParserMethod} from 'chevrotain';
import type {Assignment, AssignmentTarget, ConflictTarget, Delete, Insert, OnConflict, Update} from '../ast/dml.ts';
import type {Expression} from '../ast/expression.ts';
import type {TableAlias} from '../ast/from-item.ts';
import type {Identifier} from '../ast/names.ts';
import type {Query, SelectItem, WithClause} from '../ast/query.ts';
import type {SortItem} from '../ast/sort-item.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {OptionRules} from './option-rules.ts';

type WithPrefixed<T> = ParserMethod<[start: number, withClause: WithClause | undefined], T>;

/** INSERT, UPDATE, DELETE. */
export abstract class DmlRules extends OptionRules {
  /** What may stand in a common table expression, in PREPARE and at the top. */
  readonly dataStatement: Rule<Query | Insert | Update | Delete> = this.RULE('dataStatement', (): Query | Insert | Update | Delete => {
    const start = this.offset();
    const withClause = this.OPTION(() => this.SUBRULE(this.withClause));
    return this.OR<Query | Insert | Update | Delete>([
      {ALT: () => this.SUBRULE(this.queryAfterWith, {ARGS: [start, withClause]})},
      {ALT: () => this.SUBRULE(this.insert, {ARGS: [start, withClause]})},
      {ALT: () => this.SUBRULE(this.update, {ARGS: [start, withClause]})},
      {ALT: () => this.SUBRULE(this.delete, {ARGS: [start, withClause]})},
    ]);
  });

  protected readonly insert: WithPrefixed<Insert> = this.RULE('insert', (start: number, withClause: WithClause | undefined): Insert => {
    this.CONSUME(K.insert);
    this.CONSUME(K.into);
    const table = this.SUBRULE(this.qualifiedName);
    const alias = this.OPTION(() => {
      this.CONSUME(K.as);
      return this.SUBRULE(this.name);
    });
    const columns = this.OPTION2(() => this.SUBRULE(this.insertColumns));
    const overriding = this.OPTION3(() => {
      this.CONSUME(K.overriding);
      const kind = this.OR<'system' | 'user'>([
        {ALT: () => (this.CONSUME(K.system), 'system')},
        {ALT: () => (this.CONSUME(K.user), 'user')},
      ]);
      this.SUBRULE(this.valueWord);
      return kind;
    });
    const source = this.OR2<Query | undefined>([
      {
        ALT: () => {
          this.CONSUME(K.default);
          this.CONSUME(K.values);
          return undefined;
        },
      },
      {ALT: () => this.SUBRULE(this.query)},
    ]);
    const onConflict = this.OPTION4(() => this.SUBRULE(this.onConflict));
    const returning = this.OPTION5(() => this.SUBRULE(this.returning));
    return {
      kind: 'insert',
      with: withClause,
      table,
      alias,
      columns: columns ?? [],
      overriding,
      source,
      onConflict,
      returning: returning ?? [],
      span: this.spanFrom(start),
    };
  });

  /** VALUE is no keyword here. */
  protected readonly valueWord: Rule<void> = this.RULE('valueWord', (): void => {
    this.CONSUME(T.Identifier);
  });

  protected readonly insertColumns: Rule<Identifier[]> = this.RULE('insertColumns', (): Identifier[] => {
    this.CONSUME(T.LParenPlain);
    const columns = this.SUBRULE(this.nameList);
    this.CONSUME(T.RParen);
    return columns;
  });

  protected readonly onConflict: Rule<OnConflict> = this.RULE('onConflict', (): OnConflict => {
    const start = this.offset();
    this.CONSUME(K.on);
    this.CONSUME(K.conflict);
    const target = this.OPTION(() => this.SUBRULE(this.conflictTarget));
    this.CONSUME(K.do);
    return this.OR<OnConflict>([
      {
        ALT: () => {
          this.CONSUME(K.nothing);
          return {kind: 'on-conflict', target, action: 'nothing', assignments: [], where: undefined, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.update);
          const assignments = this.SUBRULE(this.setClause);
          const where = this.OPTION2(() => this.SUBRULE(this.whereClause));
          return {kind: 'on-conflict', target, action: 'update', assignments, where, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly conflictTarget: Rule<ConflictTarget> = this.RULE('conflictTarget', (): ConflictTarget => {
    const start = this.offset();
    return this.OR<ConflictTarget>([
      {
        ALT: () => {
          this.CONSUME(K.on);
          this.CONSUME(K.constraint);
          const name = this.SUBRULE(this.name);
          return {kind: 'conflict-constraint', name, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const columns: SortItem[] = [];
          this.CONSUME(T.LParenPlain);
          this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => columns.push(this.SUBRULE(this.sortItem))});
          this.CONSUME(T.RParen);
          const where = this.OPTION(() => this.SUBRULE(this.whereClause));
          return {kind: 'conflict-columns', columns, where, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly returning: Rule<SelectItem[]> = this.RULE('returning', (): SelectItem[] => {
    this.CONSUME(K.returning);
    return this.SUBRULE(this.selectItems);
  });

  protected readonly setClause: Rule<Assignment[]> = this.RULE('setClause', (): Assignment[] => {
    const assignments: Assignment[] = [];
    this.CONSUME(K.set);
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => assignments.push(this.SUBRULE(this.assignment))});
    return assignments;
  });

  protected readonly assignment: Rule<Assignment> = this.RULE('assignment', (): Assignment => {
    const start = this.offset();
    const targets: AssignmentTarget[] = [];
    const multiple = this.OR([
      {
        ALT: () => {
          this.CONSUME(T.LParenPlain);
          this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => targets.push(this.SUBRULE(this.assignmentTarget))});
          this.CONSUME(T.RParen);
          return true;
        },
      },
      {
        ALT: () => {
          targets.push(this.SUBRULE2(this.assignmentTarget));
          return false;
        },
      },
    ]);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    return {kind: 'assignment', targets, multiple, value, span: this.spanFrom(start)};
  });

  protected readonly assignmentTarget: Rule<AssignmentTarget> = this.RULE('assignmentTarget', (): AssignmentTarget => {
    const start = this.offset();
    const column = this.SUBRULE(this.name);
    const path: (Expression | Identifier)[] = [];
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(T.Dot);
            path.push(this.SUBRULE(this.label));
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.LBracket);
            path.push(this.SUBRULE(this.expression));
            this.CONSUME(T.RBracket);
          },
        },
      ]),
    );
    return {kind: 'assignment-target', column, path, span: this.spanFrom(start)};
  });

  protected readonly update: WithPrefixed<Update> = this.RULE('update', (start: number, withClause: WithClause | undefined): Update => {
    this.CONSUME(K.update);
    const only = this.OPTION(() => this.CONSUME(K.only)) !== undefined;
    const table = this.SUBRULE(this.qualifiedName);
    const alias = this.SUBRULE(this.targetAlias);
    const assignments = this.SUBRULE(this.setClause);
    const from = this.OPTION2(() => {
      this.CONSUME(K.from);
      return this.SUBRULE(this.fromList);
    });
    const condition = this.OPTION3(() => this.SUBRULE(this.whereOrCursor));
    const returning = this.OPTION4(() => this.SUBRULE(this.returning));
    return {
      kind: 'update',
      with: withClause,
      table,
      only,
      alias,
      assignments,
      from: from ?? [],
      where: condition?.where,
      currentOf: condition?.currentOf,
      returning: returning ?? [],
      span: this.spanFrom(start),
    };
  });

  protected readonly delete: WithPrefixed<Delete> = this.RULE('delete', (start: number, withClause: WithClause | undefined): Delete => {
    this.CONSUME(K.delete);
    this.CONSUME(K.from);
    const only = this.OPTION(() => this.CONSUME(K.only)) !== undefined;
    const table = this.SUBRULE(this.qualifiedName);
    const alias = this.SUBRULE(this.targetAlias);
    const using = this.OPTION2(() => {
      this.CONSUME(K.using);
      return this.SUBRULE(this.fromList);
    });
    const condition = this.OPTION3(() => this.SUBRULE(this.whereOrCursor));
    const returning = this.OPTION4(() => this.SUBRULE(this.returning));
    return {
      kind: 'delete',
      with: withClause,
      table,
      only,
      alias,
      using: using ?? [],
      where: condition?.where,
      currentOf: condition?.currentOf,
      returning: returning ?? [],
      span: this.spanFrom(start),
    };
  });

  /** As in FROM, but SET is never taken for an alias. */
  protected readonly targetAlias: Rule<TableAlias | undefined> = this.RULE('targetAlias', (): TableAlias | undefined =>
    this.OPTION({
      GATE: () => this.LA(1).tokenType !== K.set,
      DEF: () => {
        const start = this.offset();
        this.OPTION2(() => this.CONSUME(K.as));
        const name = this.SUBRULE(this.name);
        return {kind: 'table-alias' as const, name, columns: [], span: this.spanFrom(start)};
      },
    }),
  );

  protected readonly whereOrCursor: Rule<WhereOrCursor> = this.RULE('whereOrCursor', (): WhereOrCursor => {
    this.CONSUME(K.where);
    return this.OR<WhereOrCursor>([
      {
        GATE: () => this.LA(2).tokenType === K.of,
        ALT: () => {
          this.CONSUME(K.current);
          this.CONSUME(K.of);
          return {where: undefined, currentOf: this.SUBRULE(this.name)};
        },
      },
      {ALT: () => ({where: this.SUBRULE(this.expression), currentOf: undefined})},
    ]);
  });
}

type WhereOrCursor = {readonly where: Expression | undefined; readonly currentOf: Identifier | undefined};

import type {ParserMethod} from 'chevrotain';
import type {
  ColumnConstraint,
  ColumnDefinition,
  ForeignKeyReference,
  IncludeColumn,
  TableConstraint,
  Watermark,
} from '../ast/column-definition.ts';
import type {Expression} from '../ast/expression.ts';
import type {Identifier} from '../ast/names.ts';
import {K, T} from '../tokens/token-types.ts';
import {CopyRules} from './copy-rules.ts';
import type {Rule} from './grammar-base.ts';

type ConstraintName = Identifier | undefined;

export type TableElements = {
  columns: ColumnDefinition[];
  constraints: TableConstraint[];
  watermarks: Watermark[];
  star: boolean;
};

/** The list between the parentheses of CREATE TABLE, STREAM and SOURCE. */
export abstract class ColumnRules extends CopyRules {
  protected readonly tableElements: Rule<TableElements> = this.RULE('tableElements', (): TableElements => {
    const elements: TableElements = {columns: [], constraints: [], watermarks: [], star: false};
    this.CONSUME(T.LParen);
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () =>
        this.OR([
          {ALT: () => elements.watermarks.push(this.SUBRULE(this.watermark))},
          {ALT: () => elements.constraints.push(this.SUBRULE(this.tableConstraint))},
          {ALT: () => (elements.star = this.CONSUME(T.Star) !== undefined)},
          {ALT: () => elements.columns.push(this.SUBRULE(this.columnDefinition))},
        ]),
    });
    this.CONSUME(T.RParen);
    return elements;
  });

  protected readonly watermark: Rule<Watermark> = this.RULE('watermark', (): Watermark => {
    const start = this.offset();
    this.CONSUME(K.watermark);
    this.CONSUME(K.for);
    const column = this.SUBRULE(this.name);
    this.CONSUME(K.as);
    const expression = this.SUBRULE(this.expression);
    return {kind: 'watermark', column, expression, span: this.spanFrom(start)};
  });

  protected readonly columnDefinition: Rule<ColumnDefinition> = this.RULE('columnDefinition', (): ColumnDefinition => {
    const start = this.offset();
    const name = this.SUBRULE(this.name);
    const typeName = this.OPTION(() => this.SUBRULE(this.typeName));
    const collation = this.OPTION2(() => {
      this.CONSUME(K.collate);
      return this.SUBRULE(this.qualifiedName);
    });
    const constraints: ColumnConstraint[] = [];
    this.MANY(() => constraints.push(this.SUBRULE(this.columnConstraint)));
    return {kind: 'column-definition', name, typeName, collation, constraints, span: this.spanFrom(start)};
  });

  protected readonly constraintName: Rule<Identifier> = this.RULE('constraintName', (): Identifier => {
    this.CONSUME(K.constraint);
    return this.SUBRULE(this.name);
  });

  protected readonly columnConstraint: Rule<ColumnConstraint> = this.RULE('columnConstraint', (): ColumnConstraint => {
    const start = this.offset();
    const name = this.OPTION(() => this.SUBRULE(this.constraintName));
    const constraint = this.OR<ColumnConstraint>([
      {ALT: () => (this.CONSUME(K.not), this.CONSUME(K.null), {kind: 'not-null', name, span: this.spanFrom(start)})},
      {ALT: () => (this.CONSUME2(K.null), {kind: 'nullable', name, span: this.spanFrom(start)})},
      {
        ALT: () => {
          this.CONSUME(K.default);
          const value = this.SUBRULE(this.expression);
          return {kind: 'default', name, value, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.primary);
          this.CONSUME(K.key);
          const notEnforced = this.SUBRULE(this.notEnforced);
          return {kind: 'primary-key', name, notEnforced, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.unique);
          const notEnforced = this.SUBRULE2(this.notEnforced);
          return {kind: 'unique', name, notEnforced, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.check);
          this.CONSUME(T.LParen);
          const expression = this.SUBRULE2(this.expression);
          this.CONSUME(T.RParen);
          return {kind: 'check', name, expression, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const reference = this.SUBRULE(this.references);
          return {kind: 'references', name, reference, span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.generated, {ARGS: [start, name]})},
      {
        ALT: () => {
          this.CONSUME(K.as);
          const expression = this.SUBRULE3(this.expression);
          return {kind: 'generated', name, expression, stored: false, span: this.spanFrom(start)};
        },
      },
      {ALT: () => (this.CONSUME2(K.key), {kind: 'key', name, span: this.spanFrom(start)})},
    ]);
    this.OPTION2(() => this.SUBRULE(this.constraintTiming));
    return constraint;
  });

  /** DEFERRABLE and the like are accepted: constraints are checked at the statement. */
  protected readonly constraintTiming: Rule<void> = this.RULE('constraintTiming', (): void => {
    this.AT_LEAST_ONE(() =>
      this.OR([
        {ALT: () => this.CONSUME(K.deferrable)},
        {
          ALT: () => {
            this.CONSUME(K.initially);
            this.OR2([{ALT: () => this.CONSUME(K.immediate)}, {ALT: () => this.CONSUME(K.deferred)}]);
          },
        },
      ]),
    );
  });

  protected readonly generated: ParserMethod<[start: number, name: ConstraintName], ColumnConstraint> = this.RULE(
    'generated',
    (start: number, name: ConstraintName): ColumnConstraint => {
      this.CONSUME(K.generated);
      const always = this.OR<boolean>([
        {ALT: () => (this.CONSUME(K.always), true)},
        {ALT: () => (this.CONSUME(K.by), this.CONSUME(K.default), false)},
      ]);
      this.CONSUME(K.as);
      return this.OR2<ColumnConstraint>([
        {
          ALT: () => {
            this.CONSUME(K.identity);
            this.OPTION(() => this.SUBRULE(this.parenthesizedOptions));
            return {kind: 'identity', name, always, span: this.spanFrom(start)};
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.LParen);
            const expression = this.SUBRULE(this.expression);
            this.CONSUME(T.RParen);
            const stored = this.OPTION2(() => this.CONSUME(K.stored)) !== undefined;
            return {kind: 'generated', name, expression, stored, span: this.spanFrom(start)};
          },
        },
      ]);
    },
  );

  protected readonly references: Rule<ForeignKeyReference> = this.RULE('references', (): ForeignKeyReference => {
    const actions: string[] = [];
    this.CONSUME(K.references);
    const table = this.SUBRULE(this.qualifiedName);
    const columns = this.OPTION(() => this.SUBRULE(this.parenthesizedNames));
    this.MANY(() => actions.push(this.SUBRULE(this.referenceAction)));
    return {table, columns: columns ?? [], actions};
  });

  protected readonly referenceAction: Rule<string> = this.RULE('referenceAction', (): string => {
    this.CONSUME(K.on);
    const event = this.OR([{ALT: () => this.CONSUME(K.delete)}, {ALT: () => this.CONSUME(K.update)}]);
    const action = this.OR2([
      {ALT: () => (this.CONSUME(K.no), this.CONSUME(K.action), 'no action')},
      {ALT: () => (this.CONSUME(K.restrict), 'restrict')},
      {ALT: () => (this.CONSUME(K.cascade), 'cascade')},
      {
        ALT: () => {
          this.CONSUME(K.set);
          return this.OR3([{ALT: () => (this.CONSUME(K.null), 'set null')}, {ALT: () => (this.CONSUME(K.default), 'set default')}]);
        },
      },
    ]);
    return `on ${this.payloadOf(event)} ${action}`;
  });

  /** Behind a key; `NOT NULL` may follow there too. */
  protected readonly notEnforced: Rule<boolean> = this.RULE(
    'notEnforced',
    (): boolean =>
      this.OPTION({
        GATE: () => this.LA(2).tokenType === K.enforced,
        DEF: () => (this.CONSUME(K.not), this.CONSUME(K.enforced)),
      }) !== undefined,
  );

  /** `(a, (b).c, lower(d))` */
  protected readonly uniqueItems: Rule<Expression[]> = this.RULE('uniqueItems', (): Expression[] => {
    const items: Expression[] = [];
    this.CONSUME(T.LParen);
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.uniqueItem))});
    this.CONSUME(T.RParen);
    return items;
  });

  /** A name alone is that of a column, whatever it may mean in an expression. */
  protected readonly uniqueItem: Rule<Expression> = this.RULE('uniqueItem', (): Expression =>
    this.OR<Expression>([
      {
        GATE: () => this.LA(2).tokenType === T.Comma || this.LA(2).tokenType === T.RParen,
        ALT: () => {
          const column = this.SUBRULE(this.name);
          return this.ACTION(() => ({kind: 'column-ref', parts: [column], span: column.span}));
        },
      },
      {ALT: () => this.SUBRULE(this.expression)},
    ]),
  );

  readonly tableConstraint: Rule<TableConstraint> = this.RULE('tableConstraint', (): TableConstraint => {
    const start = this.offset();
    const name = this.OPTION(() => this.SUBRULE(this.constraintName));
    const constraint = this.OR<TableConstraint>([
      {
        ALT: () => {
          this.CONSUME(K.primary);
          this.CONSUME(K.key);
          const columns = this.SUBRULE(this.parenthesizedNames);
          const notEnforced = this.SUBRULE(this.notEnforced);
          return {kind: 'primary-key', name, columns, notEnforced, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.unique);
          const items = this.SUBRULE(this.uniqueItems);
          const notEnforced = this.SUBRULE2(this.notEnforced);
          return {kind: 'unique', name, items, notEnforced, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.check);
          this.CONSUME(T.LParen);
          const expression = this.SUBRULE(this.expression);
          this.CONSUME(T.RParen);
          return {kind: 'check', name, expression, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.foreign);
          this.CONSUME2(K.key);
          const columns = this.SUBRULE2(this.parenthesizedNames);
          const reference = this.SUBRULE(this.references);
          return {kind: 'foreign-key', name, columns, reference, span: this.spanFrom(start)};
        },
      },
    ]);
    this.OPTION3(() => this.SUBRULE(this.constraintTiming));
    return constraint;
  });

  /** RisingWave: `INCLUDE KEY AS k`, `INCLUDE header 'a' bytea AS h`. */
  protected readonly includeColumn: Rule<IncludeColumn> = this.RULE('includeColumn', (): IncludeColumn => {
    const start = this.offset();
    this.CONSUME(K.include);
    const column = this.payloadOf(this.CONSUME(T.Label));
    const field = this.OPTION(() => this.SUBRULE(this.string));
    const typeName = this.OPTION2({
      GATE: () => field !== undefined && this.LA(1).tokenType !== K.include && this.LA(1).tokenType !== K.format,
      DEF: () => this.SUBRULE(this.typeName),
    });
    const alias = this.OPTION3(() => {
      this.CONSUME(K.as);
      return this.SUBRULE(this.name);
    });
    return {kind: 'include-column', column, field, typeName, alias, span: this.spanFrom(start)};
  });
}

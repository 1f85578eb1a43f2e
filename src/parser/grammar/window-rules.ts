import type {Expression} from '../ast/expression.ts';
import type {Identifier} from '../ast/names.ts';
import type {OperatorName} from '../ast/operator-name.ts';
import type {SortItem} from '../ast/sort-item.ts';
import type {FrameBound, WindowDefinition, WindowFrame, WindowReference, WindowSpecification} from '../ast/window.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {TypeNameRules} from './type-name-rules.ts';
import type {ParserMethod} from 'chevrotain';

/** ORDER BY lists and window specifications. */
export abstract class WindowRules extends TypeNameRules {
  abstract readonly expression: ParserMethod<[min?: number], Expression>;
  abstract readonly expressionList: Rule<Expression[]>;

  /** An operator by itself: `<`, `OPERATOR(pg_catalog.<)`. */
  readonly operatorName: Rule<OperatorName> = this.RULE('operatorName', (): OperatorName => {
    const start = this.offset();
    return this.OR<OperatorName>([
      {
        ALT: () => {
          const name = this.payloadOf(this.CONSUME(T.InfixOperator));
          return {kind: 'operator-name', name, schema: [], span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.qualifiedOperator)},
    ]);
  });

  protected readonly qualifiedOperator: Rule<OperatorName> = this.RULE('qualifiedOperator', (): OperatorName => {
    const start = this.offset();
    const schema: Identifier[] = [];
    this.CONSUME(K.operator);
    this.CONSUME(T.LParen);
    this.MANY(() => {
      schema.push(this.SUBRULE(this.name));
      this.OR([{ALT: () => this.CONSUME(T.Dot)}, {ALT: () => this.CONSUME(T.DotBeforeStar)}]);
    });
    const name = this.payloadOf(this.CONSUME(T.InfixOperator));
    this.CONSUME(T.RParen);
    return {kind: 'operator-name', name, schema, span: this.spanFrom(start)};
  });

  /** `ORDER BY …` */
  readonly orderBy: Rule<SortItem[]> = this.RULE('orderBy', (): SortItem[] => {
    const items: SortItem[] = [];
    this.CONSUME(K.order);
    this.CONSUME(K.by);
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.sortItem))});
    return items;
  });

  readonly sortItem: Rule<SortItem> = this.RULE('sortItem', (): SortItem => {
    const start = this.offset();
    const expression = this.SUBRULE(this.expression);
    let direction: SortItem['direction'] = 'asc';
    let using: OperatorName | undefined;
    this.OPTION(() =>
      this.OR([
        {ALT: () => this.CONSUME(K.asc)},
        {
          ALT: () => {
            this.CONSUME(K.desc);
            direction = 'desc';
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.using);
            using = this.SUBRULE(this.operatorName);
          },
        },
      ]),
    );
    const nulls = this.OPTION2(() => {
      this.CONSUME(T.NullsAhead);
      return this.OR2<'first' | 'last'>([{ALT: () => (this.CONSUME(K.first), 'first')}, {ALT: () => (this.CONSUME(K.last), 'last')}]);
    });
    return {kind: 'sort-item', expression, direction, using, nulls, span: this.spanFrom(start)};
  });

  /** What follows OVER. */
  protected readonly windowReference: Rule<WindowReference> = this.RULE('windowReference', (): WindowReference => {
    const start = this.offset();
    return this.OR<WindowReference>([
      {
        ALT: () => {
          const name = this.SUBRULE(this.name);
          return {kind: 'window-name', name, span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.SUBRULE(this.windowSpecification)},
    ]);
  });

  protected readonly partitionBy: Rule<Expression[]> = this.RULE('partitionBy', (): Expression[] => {
    this.CONSUME(K.partition);
    this.CONSUME(K.by);
    return this.SUBRULE(this.expressionList);
  });

  protected readonly windowSpecification: Rule<WindowSpecification> = this.RULE('windowSpecification', (): WindowSpecification => {
    const start = this.offset();
    this.CONSUME(T.LParen);
    // PARTITION, ROWS, RANGE and GROUPS could be names of windows; PostgreSQL too takes them for the clause
    const base = this.OPTION({GATE: () => !WINDOW_CLAUSES.has(this.LA(1).tokenType), DEF: () => this.SUBRULE(this.name)});
    const partitionBy = this.OPTION2(() => this.SUBRULE(this.partitionBy));
    const orderBy = this.OPTION3(() => this.SUBRULE(this.orderBy));
    const frame = this.OPTION4(() => this.SUBRULE(this.windowFrame));
    this.CONSUME(T.RParen);
    return {
      kind: 'window-specification',
      base,
      partitionBy: partitionBy ?? [],
      orderBy: orderBy ?? [],
      frame,
      span: this.spanFrom(start),
    };
  });

  readonly windowDefinition: Rule<WindowDefinition> = this.RULE('windowDefinition', (): WindowDefinition => {
    const start = this.offset();
    const name = this.SUBRULE(this.name);
    this.CONSUME(K.as);
    const specification = this.SUBRULE(this.windowSpecification);
    return {kind: 'window-definition', name, specification, span: this.spanFrom(start)};
  });

  protected readonly windowFrame: Rule<WindowFrame> = this.RULE('windowFrame', (): WindowFrame => {
    const offset = this.offset();
    const mode = this.OR<WindowFrame['mode']>([
      {ALT: () => (this.CONSUME(K.rows), 'rows')},
      {ALT: () => (this.CONSUME(K.range), 'range')},
      {ALT: () => (this.CONSUME(K.groups), 'groups')},
    ]);
    const between = this.OPTION(() => this.CONSUME(K.between)) !== undefined;
    const start = this.SUBRULE(this.frameBound);
    const end = this.OPTION2({
      GATE: () => between,
      DEF: () => {
        this.CONSUME(K.and);
        return this.SUBRULE2(this.frameBound);
      },
    });
    const exclude = this.OPTION3(() => this.SUBRULE(this.frameExclusion));
    const span = this.spanFrom(offset);
    return {
      kind: 'window-frame',
      mode,
      start,
      end: end ?? {kind: 'frame-bound', bound: 'current-row', offset: undefined, span},
      between,
      exclude,
      span,
    };
  });

  protected readonly frameBound: Rule<FrameBound> = this.RULE('frameBound', (): FrameBound => {
    const start = this.offset();
    let offset: Expression | undefined;
    const bound = this.OR<FrameBound['bound']>([
      {
        ALT: () => {
          this.CONSUME(K.unbounded);
          return this.OR2<FrameBound['bound']>([
            {ALT: () => (this.CONSUME(K.preceding), 'unbounded-preceding')},
            {ALT: () => (this.CONSUME(K.following), 'unbounded-following')},
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.current);
          this.CONSUME(K.row);
          return 'current-row';
        },
      },
      {
        ALT: () => {
          offset = this.SUBRULE(this.expression);
          return this.OR3<FrameBound['bound']>([
            {ALT: () => (this.CONSUME2(K.preceding), 'preceding')},
            {ALT: () => (this.CONSUME2(K.following), 'following')},
          ]);
        },
      },
    ]);
    return {kind: 'frame-bound', bound, offset, span: this.spanFrom(start)};
  });

  protected readonly frameExclusion: Rule<WindowFrame['exclude']> = this.RULE('frameExclusion', (): WindowFrame['exclude'] => {
    this.CONSUME(K.exclude);
    return this.OR<WindowFrame['exclude']>([
      {ALT: () => (this.CONSUME(K.current), this.CONSUME(K.row), 'current-row')},
      {ALT: () => (this.CONSUME(K.group), 'group')},
      {ALT: () => (this.CONSUME(K.ties), 'ties')},
      {ALT: () => (this.CONSUME(K.no), this.CONSUME(K.others), 'no-others')},
    ]);
  });
}

const WINDOW_CLAUSES: ReadonlySet<unknown> = new Set([K.partition, K.rows, K.range, K.groups]);

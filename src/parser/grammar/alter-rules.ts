import type {ParserMethod} from 'chevrotain';
import {sqlError} from '../../common/sql-error.ts';
import type {Alter, AlterAction, ResetPosition} from '../ast/ddl.ts';
import {K, T} from '../tokens/token-types.ts';
import {CreateRules} from './create-rules.ts';
import type {Rule} from './grammar-base.ts';

type Action = ParserMethod<[start: number], AlterAction>;

/** ALTER of relations and other objects. */
export abstract class AlterRules extends CreateRules {
  readonly alter: Rule<Alter> = this.RULE('alter', (): Alter => {
    const start = this.offset();
    const actions: AlterAction[] = [];
    this.CONSUME(K.alter);
    const objectKind = this.SUBRULE(this.objectKind);
    const ifExists = this.SUBRULE(this.ifExists);
    const name = this.SUBRULE(this.qualifiedName);
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => actions.push(this.SUBRULE(this.alterAction))});
    return {kind: 'alter', objectKind, ifExists, name, actions, span: this.spanFrom(start)};
  });

  protected readonly alterAction: Rule<AlterAction> = this.RULE('alterAction', (): AlterAction => {
    const ARGS: [number] = [this.offset()];
    return this.OR<AlterAction>([
      {ALT: () => this.SUBRULE(this.alterRename, {ARGS})},
      {ALT: () => this.SUBRULE(this.alterSet, {ARGS})},
      {ALT: () => this.SUBRULE(this.alterReset, {ARGS})},
      {ALT: () => this.SUBRULE(this.alterAdd, {ARGS})},
      {ALT: () => this.SUBRULE(this.alterDrop, {ARGS})},
      {ALT: () => this.SUBRULE(this.alterColumn, {ARGS})},
      {
        ALT: () => {
          this.CONSUME(K.owner);
          this.CONSUME(K.to);
          const role = this.SUBRULE(this.role);
          return {kind: 'owner-to', role, span: this.spanFrom(ARGS[0])};
        },
      },
    ]);
  });

  /** RENAME TO b; RENAME [COLUMN] a TO b. */
  protected readonly alterRename: Action = this.RULE('alterRename', (start: number): AlterAction => {
    this.CONSUME(K.rename);
    const column = this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(K.column));
      return this.SUBRULE(this.name);
    });
    this.CONSUME(K.to);
    const name = this.SUBRULE2(this.name);
    if (column === undefined) return {kind: 'rename-to', name, span: this.spanFrom(start)};
    return {kind: 'rename-column', column, name, span: this.spanFrom(start)};
  });

  /** SET SCHEMA s; SET (key = value); SET parameter = value. */
  protected readonly alterSet: Action = this.RULE('alterSet', (start: number): AlterAction => {
    this.CONSUME(K.set);
    return this.OR<AlterAction>([
      {
        ALT: () => {
          this.CONSUME(K.schema);
          const schema = this.SUBRULE(this.name);
          return {kind: 'set-schema', schema, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const options = this.SUBRULE(this.parenthesizedOptions);
          return {kind: 'set-options', options, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const name = this.SUBRULE(this.dottedName);
          this.OR2([{ALT: () => this.CONSUME(T.Equals)}, {ALT: () => this.CONSUME(K.to)}]);
          const value = this.OR3([{ALT: () => (this.CONSUME(K.default), undefined)}, {ALT: () => this.SUBRULE(this.optionValue)}]);
          return {kind: 'set-parameter', name, value, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  /** RESET TO earliest; RESET (key, …). */
  protected readonly alterReset: Action = this.RULE('alterReset', (start: number): AlterAction => {
    this.CONSUME(K.reset);
    return this.OR<AlterAction>([
      {
        ALT: () => {
          this.CONSUME(K.to);
          const position = this.SUBRULE(this.resetPosition);
          return {kind: 'reset-to', position, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const keys: string[] = [];
          this.CONSUME(T.LParen);
          this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => keys.push(this.SUBRULE(this.optionKey))});
          this.CONSUME(T.RParen);
          return {kind: 'reset-options', keys, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly resetPosition: Rule<ResetPosition> = this.RULE('resetPosition', (): ResetPosition =>
    this.OR<ResetPosition>([
      {ALT: () => (this.CONSUME(K.earliest), {kind: 'earliest'})},
      {ALT: () => (this.CONSUME(K.latest), {kind: 'latest'})},
      {
        ALT: () => {
          const value = this.SUBRULE(this.string);
          return value === 'earliest' || value === 'latest' ? {kind: value} : {kind: 'timestamp', value};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.offset);
          return {kind: 'offset', value: this.payloadOf(this.CONSUME(T.Integer))};
        },
      },
      {
        ALT: () => {
          const partitions: [string, string][] = [];
          this.CONSUME(K.offsets);
          this.CONSUME(T.LParen);
          this.AT_LEAST_ONE_SEP({
            SEP: T.Comma,
            DEF: () => {
              const partition = this.payloadOf(this.CONSUME1(T.Integer));
              this.CONSUME(T.Arrow);
              partitions.push([partition, this.payloadOf(this.CONSUME2(T.Integer))]);
            },
          });
          this.CONSUME(T.RParen);
          return {kind: 'offsets', partitions};
        },
      },
    ]),
  );

  protected readonly alterAdd: Action = this.RULE('alterAdd', (start: number): AlterAction => {
    this.CONSUME(K.add);
    return this.OR<AlterAction>([
      {
        ALT: () => {
          const constraint = this.SUBRULE(this.tableConstraint);
          return {kind: 'add-constraint', constraint, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.OPTION(() => this.CONSUME(K.column));
          const ifNotExists = this.SUBRULE(this.ifNotExists);
          const column = this.SUBRULE(this.columnDefinition);
          return {kind: 'add-column', column, ifNotExists, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly alterDrop: Action = this.RULE('alterDrop', (start: number): AlterAction => {
    this.CONSUME(K.drop);
    const isConstraint = this.OPTION(() =>
      this.OR([{ALT: () => (this.CONSUME(K.column), false)}, {ALT: () => (this.CONSUME(K.constraint), true)}]),
    );
    const ifExists = this.SUBRULE(this.ifExists);
    const name = this.SUBRULE(this.name);
    const behavior = this.SUBRULE(this.dropBehavior);
    const span = this.spanFrom(start);
    if (isConstraint === true) return {kind: 'drop-constraint', constraint: name, ifExists, behavior, span};
    return {kind: 'drop-column', column: name, ifExists, behavior, span};
  });

  /** ALTER [COLUMN] a SET DEFAULT e | DROP DEFAULT | SET NOT NULL | DROP NOT NULL. */
  protected readonly alterColumn: Action = this.RULE('alterColumn', (start: number): AlterAction => {
    this.CONSUME(K.alter);
    this.OPTION(() => this.CONSUME(K.column));
    const column = this.SUBRULE(this.name);
    return this.OR<AlterAction>([
      {
        ALT: () => {
          this.CONSUME(K.set);
          return this.OR2<AlterAction>([
            {
              ALT: () => {
                this.CONSUME(K.default);
                const value = this.SUBRULE(this.expression);
                return {kind: 'set-default', column, value, span: this.spanFrom(start)};
              },
            },
            {ALT: () => (this.CONSUME(K.not), this.CONSUME(K.null), {kind: 'set-not-null', column, span: this.spanFrom(start)})},
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.drop);
          return this.OR3<AlterAction>([
            {ALT: () => (this.CONSUME2(K.default), {kind: 'drop-default', column, span: this.spanFrom(start)})},
            {ALT: () => (this.CONSUME2(K.not), this.CONSUME2(K.null), {kind: 'drop-not-null', column, span: this.spanFrom(start)})},
          ]);
        },
      },
      {
        ALT: () => {
          const type = this.CONSUME(K.type);
          this.SUBRULE(this.typeName);
          return this.ACTION((): AlterAction => {
            throw sqlError('feature_not_supported', 'changing the type of a column is not supported', {position: type.startOffset});
          });
        },
      },
    ]);
  });
}

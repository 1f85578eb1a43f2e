import type {DropBehavior, ObjectKind} from '../ast/ddl.ts';
import {K} from '../tokens/token-types.ts';
import {ColumnRules} from './column-rules.ts';
import type {Rule} from './grammar-base.ts';

/** Words that DDL statements share. */
export abstract class ObjectKindRules extends ColumnRules {
  protected readonly objectKind: Rule<ObjectKind> = this.RULE('objectKind', (): ObjectKind =>
    this.OR((this.#kinds ??= this.#kindAlternatives())),
  );
  #kinds: {ALT: () => ObjectKind}[] | undefined;

  #kindAlternatives(): {ALT: () => ObjectKind}[] {
    return [
      {ALT: () => (this.CONSUME(K.stream), 'stream')},
      {ALT: () => (this.CONSUME(K.table), 'table')},
      {ALT: () => (this.CONSUME(K.source), 'source')},
      {ALT: () => (this.CONSUME(K.view), 'view')},
      {ALT: () => (this.CONSUME(K.materialized), this.CONSUME2(K.view), 'materialized-view')},
      {ALT: () => (this.CONSUME(K.sink), 'sink')},
      {ALT: () => (this.CONSUME(K.index), 'index')},
      {ALT: () => (this.CONSUME(K.schema), 'schema')},
      {ALT: () => (this.CONSUME(K.type), 'type')},
      {ALT: () => (this.CONSUME(K.sequence), 'sequence')},
      {ALT: () => (this.CONSUME(K.database), 'database')},
      {ALT: () => (this.CONSUME(K.subscription), 'subscription')},
    ];
  }

  protected readonly ifExists: Rule<boolean> = this.RULE(
    'ifExists',
    (): boolean => this.OPTION(() => (this.CONSUME(K.if), this.CONSUME(K.exists))) !== undefined,
  );

  protected readonly ifNotExists: Rule<boolean> = this.RULE(
    'ifNotExists',
    (): boolean => this.OPTION(() => (this.CONSUME(K.if), this.CONSUME(K.not), this.CONSUME(K.exists))) !== undefined,
  );

  protected readonly dropBehavior: Rule<DropBehavior | undefined> = this.RULE('dropBehavior', (): DropBehavior | undefined =>
    this.OPTION(() =>
      this.OR<DropBehavior>([{ALT: () => (this.CONSUME(K.cascade), 'cascade')}, {ALT: () => (this.CONSUME(K.restrict), 'restrict')}]),
    ),
  );
}

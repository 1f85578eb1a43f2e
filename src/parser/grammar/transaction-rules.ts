import type {
  Begin,
  Commit,
  IsolationLevel,
  ReleaseSavepoint,
  Rollback,
  RollbackToSavepoint,
  Savepoint,
  SetTransaction,
  TransactionModes,
} from '../ast/transaction.ts';
import {K, T} from '../tokens/token-types.ts';
import {DdlRules} from './ddl-rules.ts';
import type {Rule} from './grammar-base.ts';

type Mode = Partial<TransactionModes>;

export abstract class TransactionRules extends DdlRules {
  readonly begin: Rule<Begin> = this.RULE('begin', (): Begin => {
    const offset = this.offset();
    const start = this.OR([
      {
        ALT: () => {
          this.CONSUME(K.begin);
          this.SUBRULE(this.optionalTransactionWord);
          return false;
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.start);
          this.CONSUME(K.transaction);
          return true;
        },
      },
    ]);
    const modes = this.OPTION(() => this.SUBRULE(this.transactionModes));
    return {kind: 'begin', start, modes: modes ?? NO_MODES, span: this.spanFrom(offset)};
  });

  /** COMMIT, END. */
  readonly commit: Rule<Commit> = this.RULE('commit', (): Commit => {
    const start = this.offset();
    this.OR([{ALT: () => this.CONSUME(K.commit)}, {ALT: () => this.CONSUME(K.end)}]);
    this.SUBRULE(this.optionalTransactionWord);
    const chain = this.SUBRULE(this.chain);
    return {kind: 'commit', chain, span: this.spanFrom(start)};
  });

  /** ROLLBACK, ABORT, ROLLBACK TO. */
  readonly rollback: Rule<Rollback | RollbackToSavepoint> = this.RULE('rollback', (): Rollback | RollbackToSavepoint => {
    const start = this.offset();
    this.OR([{ALT: () => this.CONSUME(K.rollback)}, {ALT: () => this.CONSUME(K.abort)}]);
    this.SUBRULE(this.optionalTransactionWord);
    const name = this.OPTION(() => {
      this.CONSUME(K.to);
      this.OPTION2(() => this.CONSUME(K.savepoint));
      return this.SUBRULE(this.name);
    });
    const chain = this.SUBRULE(this.chain);
    if (name === undefined) return {kind: 'rollback', chain, span: this.spanFrom(start)};
    return {kind: 'rollback-to-savepoint', name, span: this.spanFrom(start)};
  });

  readonly savepoint: Rule<Savepoint> = this.RULE('savepoint', (): Savepoint => {
    const start = this.offset();
    this.CONSUME(K.savepoint);
    const name = this.SUBRULE(this.name);
    return {kind: 'savepoint', name, span: this.spanFrom(start)};
  });

  readonly release: Rule<ReleaseSavepoint> = this.RULE('release', (): ReleaseSavepoint => {
    const start = this.offset();
    this.CONSUME(K.release);
    this.OPTION(() => this.CONSUME(K.savepoint));
    const name = this.SUBRULE(this.name);
    return {kind: 'release-savepoint', name, span: this.spanFrom(start)};
  });

  /** From TRANSACTION on. */
  protected readonly setTransactionTail: Rule<Pick<SetTransaction, 'modes' | 'snapshot'>> = this.RULE(
    'setTransactionTail',
    (): Pick<SetTransaction, 'modes' | 'snapshot'> => {
      this.CONSUME(K.transaction);
      return this.OR<Pick<SetTransaction, 'modes' | 'snapshot'>>([
        {
          ALT: () => {
            this.CONSUME(K.snapshot);
            return {modes: NO_MODES, snapshot: this.SUBRULE(this.string)};
          },
        },
        {ALT: () => ({modes: this.SUBRULE(this.transactionModes), snapshot: undefined})},
      ]);
    },
  );

  protected readonly transactionModes: Rule<TransactionModes> = this.RULE('transactionModes', (): TransactionModes => {
    let modes = NO_MODES;
    this.AT_LEAST_ONE(() => {
      this.OPTION(() => this.CONSUME(T.Comma));
      const mode = this.SUBRULE(this.transactionMode);
      this.ACTION(() => (modes = {...modes, ...mode}));
    });
    return modes;
  });

  protected readonly transactionMode: Rule<Mode> = this.RULE('transactionMode', (): Mode =>
    this.OR<Mode>([
      {
        ALT: () => {
          this.CONSUME(K.isolation);
          this.CONSUME(K.level);
          return {isolation: this.SUBRULE(this.isolationLevel)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.read);
          const readOnly = this.OR2([{ALT: () => (this.CONSUME(K.only), true)}, {ALT: () => (this.CONSUME(K.write), false)}]);
          return {readOnly};
        },
      },
      {
        ALT: () => {
          const not = this.OPTION(() => this.CONSUME(K.not));
          this.CONSUME(K.deferrable);
          return {deferrable: not === undefined};
        },
      },
    ]),
  );

  protected readonly isolationLevel: Rule<IsolationLevel> = this.RULE('isolationLevel', (): IsolationLevel =>
    this.OR<IsolationLevel>([
      {ALT: () => (this.CONSUME(K.serializable), 'serializable')},
      {ALT: () => (this.CONSUME(K.repeatable), this.CONSUME(K.read), 'repeatable read')},
      {
        ALT: () => {
          this.CONSUME2(K.read);
          return this.OR2<IsolationLevel>([
            {ALT: () => (this.CONSUME(K.committed), 'read committed')},
            {ALT: () => (this.CONSUME(K.uncommitted), 'read uncommitted')},
          ]);
        },
      },
    ]),
  );

  protected readonly optionalTransactionWord: Rule<void> = this.RULE('optionalTransactionWord', (): void => {
    this.OPTION(() => this.OR([{ALT: () => this.CONSUME(K.transaction)}, {ALT: () => this.CONSUME(K.work)}]));
  });

  /** `AND [NO] CHAIN` */
  protected readonly chain: Rule<boolean> = this.RULE('chain', (): boolean => {
    const chain = this.OPTION(() => {
      this.CONSUME(K.and);
      const no = this.OPTION2(() => this.CONSUME(K.no));
      this.CONSUME(K.chain);
      return no === undefined;
    });
    return chain ?? false;
  });
}

const NO_MODES: TransactionModes = {isolation: undefined, readOnly: undefined, deferrable: undefined};

import type {Identifier} from './names.ts';
import type {Span} from './span.ts';

export type IsolationLevel = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable';
/** undefined = not written. */
export type TransactionModes = {
  readonly isolation: IsolationLevel | undefined;
  readonly readOnly: boolean | undefined;
  readonly deferrable: boolean | undefined;
};

/** BEGIN and START TRANSACTION. */
export type Begin = {readonly kind: 'begin'; readonly start: boolean; readonly modes: TransactionModes; readonly span: Span};
/** COMMIT and END; `chain` = AND CHAIN. */
export type Commit = {readonly kind: 'commit'; readonly chain: boolean; readonly span: Span};
/** ROLLBACK and ABORT. */
export type Rollback = {readonly kind: 'rollback'; readonly chain: boolean; readonly span: Span};
export type Savepoint = {readonly kind: 'savepoint'; readonly name: Identifier; readonly span: Span};
export type ReleaseSavepoint = {readonly kind: 'release-savepoint'; readonly name: Identifier; readonly span: Span};
export type RollbackToSavepoint = {readonly kind: 'rollback-to-savepoint'; readonly name: Identifier; readonly span: Span};
/** SET TRANSACTION (scope transaction), SET SESSION CHARACTERISTICS AS TRANSACTION (scope session). */
export type SetTransaction = {
  readonly kind: 'set-transaction';
  readonly scope: 'transaction' | 'session';
  readonly modes: TransactionModes;
  readonly snapshot: string | undefined;
  readonly span: Span;
};
export type SetConstraints = {readonly kind: 'set-constraints'; readonly deferred: boolean; readonly span: Span};

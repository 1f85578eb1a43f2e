import type {
  Alter,
  Comment,
  CreateCompositeType,
  CreateEnumType,
  CreateIndex,
  CreateMaterializedView,
  CreateSchema,
  CreateSink,
  CreateSource,
  CreateStream,
  CreateTable,
  CreateView,
  Drop,
  Grant,
  Truncate,
} from './ddl.ts';
import type {Copy, Delete, Insert, Update} from './dml.ts';
import type {Query} from './query.ts';
import type {
  Checkpoint,
  CloseCursor,
  Deallocate,
  DeclareCursor,
  Discard,
  Execute,
  Explain,
  FetchCursor,
  Flush,
  Listen,
  Lock,
  Notify,
  Prepare,
  ResetParameter,
  SetParameter,
  ShowObjects,
  ShowParameter,
  Subscribe,
  Unlisten,
  Vacuum,
  Wait,
} from './session.ts';
import type {
  Begin,
  Commit,
  ReleaseSavepoint,
  Rollback,
  RollbackToSavepoint,
  Savepoint,
  SetConstraints,
  SetTransaction,
} from './transaction.ts';

export type DdlStatement =
  | CreateStream
  | CreateSource
  | CreateTable
  | CreateView
  | CreateMaterializedView
  | CreateSchema
  | CreateCompositeType
  | CreateEnumType
  | CreateSink
  | CreateIndex
  | Drop
  | Alter
  | Comment
  | Grant
  | Truncate;

export type DmlStatement = Insert | Update | Delete | Copy;

export type TransactionStatement =
  Begin | Commit | Rollback | Savepoint | ReleaseSavepoint | RollbackToSavepoint | SetTransaction | SetConstraints;

export type SessionStatement =
  | SetParameter
  | ResetParameter
  | ShowParameter
  | ShowObjects
  | Discard
  | Prepare
  | Execute
  | Deallocate
  | DeclareCursor
  | FetchCursor
  | CloseCursor
  | Listen
  | Notify
  | Unlisten
  | Lock
  | Explain
  | Subscribe
  | Flush
  | Wait
  | Checkpoint
  | Vacuum;

export type Statement = Query | DmlStatement | DdlStatement | TransactionStatement | SessionStatement;

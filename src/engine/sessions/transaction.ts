import type {Catalog} from '../../catalog/catalog.ts';
import type {CatalogChange} from '../../catalog/catalog-change.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {RelationChange} from '../dataflow/commands.ts';

/**
 * What one transaction has done so far. An implicit one covers a single statement, or the statements of one multi-statement Query; an
 * explicit one everything from BEGIN. DDL is seen by later statements through `catalog`, a private snapshot, and published at commit.
 */
export class Transaction {
  readonly explicit: boolean;
  readonly startedAt: bigint;
  readonly readOnly: boolean;
  catalog: Catalog;
  /** The published catalog that `catalog` started from. */
  readonly base: Catalog;
  readonly catalogChanges: CatalogChange[] = [];
  readonly relationChanges: RelationChange[] = [];
  /** The dataflow side holds a snapshot (and perhaps writes) for this transaction. */
  openOnDataflow = false;
  wrote = false;
  /** One of several statements of a Query message: they hold together as in a block. */
  several = false;
  /** How many of `relationChanges` the dataflow side has been told of. */
  staged = 0;
  failed = false;

  constructor(options: {explicit: boolean; catalog: Catalog; startedAt: bigint; readOnly: boolean}) {
    this.explicit = options.explicit;
    this.catalog = options.catalog;
    this.base = options.catalog;
    this.startedAt = options.startedAt;
    this.readOnly = options.readOnly;
  }

  /** Its statements see one moment and take effect together; otherwise each statement is complete in itself. */
  get isBlock(): boolean {
    return this.explicit || this.several || this.wrote;
  }

  /** Records a DDL change: the catalog that later statements see, and what the dataflow side must do at commit. */
  change(catalog: Catalog, changes: readonly CatalogChange[], relations: readonly RelationChange[]): void {
    this.catalog = catalog;
    this.catalogChanges.push(...changes);
    this.relationChanges.push(...relations);
    this.wrote = true;
  }

  assertWritable(what: string): void {
    if (this.readOnly) throw sqlError('read_only_sql_transaction', `cannot execute ${what} in a read-only transaction`);
  }
}

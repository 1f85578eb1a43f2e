import type {Catalog} from '../../catalog/catalog.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {ResultSink} from '../api.ts';

/** IF NOT EXISTS: tells that the name is taken and that nothing was done. */
export function skipExisting(catalog: Catalog, {schema, name}: {readonly schema: string; readonly name: string}, out: ResultSink): boolean {
  if (catalog.named(schema, name) === undefined) return false;
  out.notice({severity: 'NOTICE', code: SQLSTATE.duplicate_table, message: `relation "${name}" already exists, skipping`, fields: {}});
  return true;
}

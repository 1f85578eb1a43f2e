import {T} from '../../types/sql-type.ts';
import {column} from '../column.ts';
import type {Table, View} from '../relation.ts';

/** A table with one column `a`. */
export const table = (id: number, name: string, schema = 'public'): Table => ({
  kind: 'table',
  id,
  schema,
  name,
  columns: [column('a', T.int4)],
  dependsOn: [],
  unique: [],
  appendOnly: false,
});

/** A view with one column `a`. */
export const view = (id: number, name: string, dependsOn: number[], query = 'SELECT 1'): View => ({
  kind: 'view',
  id,
  schema: 'public',
  name,
  columns: [column('a', T.int4)],
  dependsOn,
  query,
  searchPath: ['public'],
});

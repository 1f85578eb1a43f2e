import {comments, type Comment} from './comments.ts';
import {DATABASE_OID, DEFAULT_TABLESPACE, GLOBAL_TABLESPACE, OWNER_OID, roles, type Role} from './owners.ts';
import {rowsOf, type ColumnValues} from './row-provider.ts';

const UTF8 = 6;

const DATABASE = rowsOf<string>('pg_catalog.pg_database', ({session}) => [session.database], {
  oid: DATABASE_OID,
  datname: name => name,
  datdba: OWNER_OID,
  encoding: UTF8,
  datlocprovider: 'c',
  datistemplate: false,
  datallowconn: true,
  datconnlimit: -1,
  datfrozenxid: 0,
  datminmxid: 0,
  dattablespace: DEFAULT_TABLESPACE.oid,
  datcollate: 'C',
  datctype: 'C',
});

/** Whoever may connect may do everything; passwords are never shown. */
const ROLE: ColumnValues<Role> = {
  oid: r => r.oid,
  rolname: r => r.name,
  rolsuper: true,
  rolinherit: true,
  rolcreaterole: true,
  rolcreatedb: true,
  rolcanlogin: true,
  rolreplication: false,
  rolbypassrls: true,
  rolconnlimit: -1,
};
const USER: ColumnValues<Role> = {
  usename: r => r.name,
  usesysid: r => r.oid,
  usecreatedb: true,
  usesuper: true,
  userepl: false,
  usebypassrls: true,
};

const TABLESPACE = rowsOf<{readonly oid: number; readonly name: string}>(
  'pg_catalog.pg_tablespace',
  () => [DEFAULT_TABLESPACE, GLOBAL_TABLESPACE],
  {oid: t => t.oid, spcname: t => t.name, spcowner: OWNER_OID},
);

const DESCRIPTION = rowsOf<Comment>('pg_catalog.pg_description', ({catalog}) => comments(catalog), {
  objoid: c => c.object,
  classoid: c => c.catalog,
  objsubid: c => c.column,
  description: c => c.text,
});

export const CLUSTER_ROWS = [
  DATABASE,
  rowsOf('pg_catalog.pg_authid', roles, ROLE),
  rowsOf('pg_catalog.pg_roles', roles, {...ROLE, rolpassword: '********'}),
  rowsOf('pg_catalog.pg_user', roles, {...USER, passwd: '********'}),
  rowsOf('pg_catalog.pg_shadow', roles, USER),
  TABLESPACE,
  DESCRIPTION,
];

import {afterAll, beforeAll, expect, test} from 'vitest';
import {startOracle, type PostgresOracle} from '../../types/testing/postgres-oracle.ts';
import {plain, readTexts} from './testing/read-rows.ts';

/** The same objects in PostgreSQL, in a schema of their own. */
const SETUP = [
  'DROP SCHEMA IF EXISTS facts CASCADE',
  'CREATE SCHEMA facts',
  'CREATE TYPE facts.address AS (street text, zip varchar(5))',
  `CREATE TABLE facts.customers (id int4 CONSTRAINT customers_pkey PRIMARY KEY, name varchar(50) NOT NULL DEFAULT 'x', email text,
     amount numeric(10,2), "At" timestamptz DEFAULT now(), tags text[], home facts.address, score float8, day date, doc jsonb,
     CONSTRAINT customers_email_day_key UNIQUE (email, day))`,
];

let oracle: PostgresOracle;
beforeAll(async () => {
  oracle = await startOracle();
  for (const statement of SETUP) await oracle.column(statement);
});
afterAll(async () => {
  await oracle.column('DROP SCHEMA facts CASCADE');
  await oracle.close();
});

/** Names of databases and schemas, and ids, differ; all else is the same. */
const CASES: readonly (readonly [relation: string, nameColumn: string, names: readonly string[], columns: string])[] = [
  [
    'information_schema.columns',
    'table_name',
    ['customers'],
    `column_name ordinal_position column_default is_nullable data_type character_maximum_length character_octet_length numeric_precision
     numeric_precision_radix numeric_scale datetime_precision interval_type interval_precision character_set_name collation_name domain_name
     udt_name maximum_cardinality dtd_identifier is_self_referencing is_identity identity_generation identity_cycle is_generated
     generation_expression is_updatable`,
  ],
  ['information_schema.tables', 'table_name', ['customers'], 'table_name table_type is_insertable_into is_typed commit_action'],
  [
    'information_schema.element_types',
    'object_name',
    ['customers'],
    'object_type collection_type_identifier data_type character_octet_length udt_name dtd_identifier',
  ],
  [
    'information_schema.attributes',
    'udt_name',
    ['address'],
    `attribute_name ordinal_position is_nullable data_type character_maximum_length character_octet_length attribute_udt_name
     dtd_identifier is_derived_reference_attribute`,
  ],
  [
    'information_schema.key_column_usage',
    'table_name',
    ['customers'],
    'constraint_name column_name ordinal_position position_in_unique_constraint',
  ],
  [
    'information_schema.constraint_column_usage',
    'constraint_name',
    ['customers_pkey', 'customers_email_day_key'],
    'constraint_name table_name column_name',
  ],
  ['information_schema.user_defined_types', 'user_defined_type_name', ['address'], 'user_defined_type_category is_instantiable is_final'],
  [
    'information_schema.parameters',
    'specific_name',
    ['lower_870', 'length_1317'],
    'ordinal_position parameter_mode is_result data_type character_octet_length udt_name dtd_identifier',
  ],
  [
    'information_schema.routines',
    'specific_name',
    ['lower_870', 'length_1317'],
    `routine_name routine_type data_type type_udt_name character_octet_length dtd_identifier routine_body external_language parameter_style
     is_deterministic sql_data_access is_null_call security_type`,
  ],
  [
    'pg_catalog.pg_class',
    'relname',
    ['customers', 'customers_pkey', 'address'],
    `relname reloftype relam relhasindex relisshared relpersistence relkind relnatts relchecks relhasrules relhastriggers relhassubclass
     relrowsecurity relispopulated relreplident relispartition`,
  ],
  [
    'pg_catalog.pg_type',
    'typname',
    ['address', '_address'],
    `typname typlen typbyval typtype typcategory typispreferred typisdefined typdelim typalign typstorage typnotnull typbasetype typtypmod
     typndims typcollation`,
  ],
];

/** Other schemas of the server may have relations of these names. */
const SCHEMA_COLUMNS: Readonly<Record<string, string>> = {
  'information_schema.columns': `table_schema = 'facts'`,
  'information_schema.tables': `table_schema = 'facts'`,
  'information_schema.element_types': `object_schema = 'facts'`,
  'information_schema.key_column_usage': `table_schema = 'facts'`,
  'information_schema.constraint_column_usage': `table_schema = 'facts'`,
  'information_schema.attributes': `udt_schema = 'facts'`,
  'information_schema.user_defined_types': `user_defined_type_schema = 'facts'`,
  'pg_catalog.pg_class': `relnamespace = 'facts'::regnamespace`,
  'pg_catalog.pg_type': `typnamespace = 'facts'::regnamespace`,
};

test.each(CASES)('%s has the rows that PostgreSQL has for the same objects', async (relation, nameColumn, names, list) => {
  const columns = list.split(/\s+/);
  const schema = SCHEMA_COLUMNS[relation];
  const inSchema = schema === undefined ? '' : ` AND ${schema}`;
  const texts = columns.map(c => `coalesce(${c}::text, '')`).join(` || '|' || `);
  const wanted = names.map(name => `'${name}'`).join(', ');
  const theirs = await oracle.column(`SELECT ${texts} FROM ${relation} WHERE ${nameColumn} IN (${wanted})${inSchema}`);
  const short = (text: string | null) => (text ?? '').replaceAll('|true', '|t').replaceAll('|false', '|f');
  const ours = readTexts(relation, columns, row => names.includes(plain(row[nameColumn])));
  expect(ours).toEqual(theirs.map(short).sort());
});

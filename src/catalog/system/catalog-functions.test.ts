import {expect, test} from 'vitest';
import {catalogFunctions} from './catalog-functions.ts';
import {objectNames} from './object-names.ts';
import {SAMPLE_CATALOG, SAMPLE_CONTEXT} from './testing/sample-catalog.ts';

const functions = catalogFunctions(SAMPLE_CONTEXT, ['$user', 'public']);
const names = objectNames(SAMPLE_CATALOG, functions);
const failure = (run: () => unknown) => {
  try {
    run();
  } catch (e) {
    return (e as {code: string}).code;
  }
  return undefined;
};

test('relations are named by the search path and found by bare, qualified, quoted and three-part names', () => {
  expect([16386, 16392, 1259, 16387, 99].map(oid => functions.regclassName(oid))).toEqual([
    'customers',
    'sales.richest',
    'pg_class',
    'customers_pkey',
    undefined,
  ]);
  expect(
    ['customers', 'public.customers', 'streamdb.public.customers', '"customers"', 'CUSTOMERS', 'pg_catalog.pg_class'].map(name =>
      functions.regclassOid(name),
    ),
  ).toEqual([16386, 16386, 16386, 16386, 16386, 1259]);
  expect(['richest', '"Customers"', 'other.public.customers', 'bids$errors'].map(name => functions.regclassOid(name))).toEqual([
    undefined,
    undefined,
    undefined,
    16389,
  ]);
  expect(failure(() => functions.regclassOid('"open'))).toBe('42602');
});

test('visibility follows the search path; pg_catalog is searched first', () => {
  const sales = catalogFunctions(SAMPLE_CONTEXT, ['sales']);
  expect([16386, 16392, 1259, 99].map(oid => functions.isTableVisible(oid))).toEqual([true, false, true, undefined]);
  expect([16386, 16392].map(oid => sales.isTableVisible(oid))).toEqual([false, true]);
  expect([functions.isTypeVisible(23), functions.isTypeVisible(16384), sales.isTypeVisible(16384)]).toEqual([true, true, false]);
  expect(sales.typeName(16385)).toBe('public.address[]');
});

test('types by SQL names and by their own', () => {
  const oid = (name: string) => functions.regtypeOid(name);
  expect(
    ['integer', 'int4[]', 'character varying(10)', 'timestamp with time zone', 'address', 'public.address[]', '_text', 'nope'].map(oid),
  ).toEqual([23, 1007, 1043, 1184, 16384, 16385, 1009, undefined]);
  expect([16384, 16385, 23, 1009].map(o => functions.typeName(o))).toEqual(['address', 'address[]', 'integer', 'text[]']);
});

test('definitions of views, indexes and constraints', () => {
  expect(functions.viewDefinition(16393, true)).toBe(' SELECT auction, count(*) AS n FROM bids GROUP BY auction;');
  expect(functions.viewDefinition(16386, true)).toBeUndefined();
  expect(functions.indexDefinition(16388, 0, false)).toBe(
    'CREATE UNIQUE INDEX customers_email_day_key ON public.customers USING btree (email, day)',
  );
  expect(functions.indexDefinition(16388, 0, true)).toBe(
    'CREATE UNIQUE INDEX customers_email_day_key ON customers USING btree (email, day)',
  );
  expect(functions.indexDefinition(16388, 2, true)).toBe('day');
  expect([16387, 16388].map(oid => functions.constraintDefinition(oid, true))).toEqual(['PRIMARY KEY (id)', 'UNIQUE (email, day)']);
  expect(functions.ruleDefinition(16392)).toBe(
    'CREATE RULE "_RETURN" AS\n    ON SELECT TO sales.richest DO INSTEAD  SELECT id, name FROM customers WHERE amount > 100;',
  );
});

test('comments, users, sizes and what can be written', () => {
  expect(functions.objectDescription(16386, 'pg_class')).toBe('customer table');
  expect(functions.objectDescription(16386, 'pg_type')).toBeUndefined();
  expect(functions.objectDescription(16390, undefined)).toBe('stream (kafka)');
  expect(functions.columnDescription(16386, 2)).toBe('full name');
  expect([functions.userName(10), functions.userName(16383), functions.userName(1)]).toEqual(['millrace', 'app', undefined]);
  expect([functions.relationSize(16393), functions.relationSize(16386), functions.relationSize(1)]).toEqual([8193n, 0n, undefined]);
  expect([functions.databaseSize('streamdb'), functions.databaseSize('other')]).toEqual([8193n, undefined]);
  expect([16386, 16390, 16393].map(oid => functions.updatableEvents(oid))).toEqual([28, 0, 0]);
});

test('reg* texts, and the errors for names that mean nothing or too much', () => {
  expect(names.nameOf('regnamespace', 16391)).toBe('sales');
  expect(names.nameOf('regproc', 750)).toBe('array_in');
  expect(names.oidOf('regproc', 'pg_catalog.array_in')).toBe(750);
  expect(names.nameOf('regrole', 10)).toBe('millrace');
  expect(failure(() => names.oidOf('regclass', 'nope'))).toBe('42P01');
  expect(failure(() => names.oidOf('regnamespace', 'nope'))).toBe('3F000');
  expect(failure(() => names.oidOf('regproc', 'sum'))).toBe('42725');
  expect(failure(() => names.oidOf('regproc', 'nope'))).toBe('42883');
});

test('functions describe themselves as \\df prints them', () => {
  expect([functions.functionArguments(870), functions.functionResult(870)]).toEqual(['text', 'text']);
  expect(functions.functionDefinition(870)).toContain(
    'CREATE OR REPLACE FUNCTION pg_catalog.lower(text)\n RETURNS text\n LANGUAGE internal',
  );
});

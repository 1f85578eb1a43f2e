import {expect, test} from 'vitest';
import {Catalog} from './catalog.ts';
import type {CatalogChange} from './catalog-change.ts';
import type {CatalogObject} from './catalog-object.ts';
import {rebase} from './rebase.ts';
import {table, view} from './testing/objects.ts';

const put = (object: CatalogObject): CatalogChange => ({kind: 'put', object});
const remove = (id: number): CatalogChange => ({kind: 'remove', id});
const schema = (id: number, name: string): CatalogObject => ({kind: 'schema', id, name});
const base = Catalog.of([schema(20000, 's'), table(20001, 't'), view(20002, 'v', [20001]), table(20003, 'u')]);

/** What came of changes to `base` after others have made theirs. */
function outcome(mine: readonly CatalogChange[], others: readonly CatalogChange[]): string {
  const current = others.reduce((catalog, c) => (c.kind === 'put' ? catalog.withObject(c.object) : catalog.without(c.id)), base);
  const rebased = rebase(mine, base, current);
  if (rebased.kind === 'conflict') return rebased.detail;
  return [...rebased.catalog.objectsIn('public')].map(o => o.name).join(' ');
}

test('changes that do not touch each other both hold', () => {
  expect(outcome([put(table(20010, 'a'))], [put(table(20020, 'b')), remove(20002)])).toBe('t u b a');
  expect(outcome([remove(20003)], [put(view(20020, 'w', [20001]))])).toBe('t v w');
  expect(outcome([put(table(20010, 'a')), put(view(20011, 'b', [20010, 20001]))], [remove(20003)])).toBe('t v a b');
  // A name that was free again when the transaction began is not one that others took.
  expect(outcome([remove(20003), put(table(20010, 'u'))], [put(table(20020, 'b'))])).toBe('t v b u');
});

test('a name that others took is a conflict', () => {
  expect(outcome([put(table(20010, 'a'))], [put(view(20020, 'a', []))])).toBe('View "a" was created meanwhile.');
  expect(outcome([put(schema(20010, 'x'))], [put(schema(20020, 'x'))])).toBe('Schema "x" was created meanwhile.');
});

test('what others have dropped or changed can be neither built on, nor changed, nor dropped', () => {
  const onView = put(view(20010, 'w', [20002]));
  expect(outcome([onView], [remove(20002)])).toBe('View "v" was dropped meanwhile.');
  expect(outcome([onView], [put(view(20002, 'v', [20001], 'SELECT 2'))])).toBe('View "v" was changed meanwhile.');
  expect(outcome([remove(20003)], [remove(20003)])).toBe('Table "u" was dropped meanwhile.');
  const commented = put({...table(20003, 'u'), comment: 'mine'});
  expect(outcome([commented], [put({...table(20003, 'u'), comment: 'theirs'})])).toBe('Table "u" was changed meanwhile.');
  expect(outcome([put(table(20010, 'a', 's'))], [remove(20000)])).toBe('Schema "s" was dropped meanwhile.');
});

test('a comment does not keep others from building on an object', () => {
  expect(outcome([put(view(20010, 'w', [20003]))], [put({...table(20003, 'u'), comment: 'text'})])).toBe('t v u w');
});

test('what others have built on an object keeps it from being dropped', () => {
  expect(outcome([remove(20003)], [put(view(20020, 'w', [20003]))])).toBe('View "w" was created meanwhile.');
  expect(outcome([remove(20000)], [put(table(20020, 'a', 's'))])).toBe('Table "a" was created meanwhile.');
});

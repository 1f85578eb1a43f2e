import {expect, test} from 'vitest';
import {Catalog} from './catalog.ts';
import type {CatalogObject} from './catalog-object.ts';
import {errorRelation} from './error-relation.ts';
import {planDrop} from './plan-drop.ts';
import type {MaterializedView, Stream} from './relation.ts';
import {creationTarget, findRelation, requireRelation} from './resolve-name.ts';
import {deserializeObject, serializeObject} from './serialize-object.ts';
import {table, view} from './testing/objects.ts';

const scopeOf = (catalog: Catalog, searchPath = ['public']) => ({catalog, searchPath, database: 'millrace'});
const failure = (run: () => unknown) => {
  try {
    run();
  } catch (e) {
    return e as {code: string; message: string; fields: {detail?: string; hint?: string}};
  }
  throw new Error('no error');
};

test('a change leaves the earlier snapshot as it was and never gives an id out again', () => {
  const empty = Catalog.of();
  const one = empty.withObject(table(empty.nextId, 't'));
  expect(empty.named('public', 't')).toBeUndefined();
  expect(one.named('public', 't')?.id).toBe(16384);
  const dropped = one.without(16384);
  expect(dropped.named('public', 't')).toBeUndefined();
  expect(dropped.nextId).toBe(16385);
  expect(dropped.version).toBeGreaterThan(one.version);
});

test('names are found along the search path, pg_catalog first', () => {
  const catalog = Catalog.of([
    {kind: 'schema', id: 20000, name: 's'},
    table(20001, 't'),
    table(20002, 't', 's'),
    table(20003, 'x', 'pg_catalog'),
  ]);
  expect(findRelation(scopeOf(catalog, ['s', 'public']), ['t'])?.id).toBe(20002);
  expect(findRelation(scopeOf(catalog, ['none', 'public']), ['t'])?.id).toBe(20001);
  expect(findRelation(scopeOf(catalog), ['millrace', 's', 't'])?.id).toBe(20002);
  expect(findRelation(scopeOf(catalog), ['x'])?.id).toBe(20003);
  expect(failure(() => requireRelation(scopeOf(catalog), ['s', 'no']))).toMatchObject({
    code: '42P01',
    message: 'relation "s.no" does not exist',
  });
  expect(failure(() => requireRelation(scopeOf(catalog), ['other', 's', 't'])).code).toBe('0A000');
  expect(failure(() => creationTarget(scopeOf(catalog), ['no', 't'])).code).toBe('3F000');
  expect(creationTarget(scopeOf(catalog, ['none', 's']), ['n'])).toEqual({schema: 's', name: 'n'});
});

test('taken names are refused with the codes of PostgreSQL', () => {
  const catalog = Catalog.of([table(20001, 't')]);
  expect(failure(() => catalog.withObject(table(20002, 't')))).toMatchObject({code: '42P07', message: 'relation "t" already exists'});
  expect(failure(() => catalog.withObject({kind: 'schema', id: 20002, name: 'public'})).code).toBe('42P06');
  expect(failure(() => catalog.withObject({kind: 'type', id: 20002, schema: 'public', name: 't', fields: [], dependsOn: []})).code).toBe(
    '42710',
  );
});

test('RESTRICT names the dependent objects, CASCADE drops them first', () => {
  const catalog = Catalog.of([table(20001, 't'), view(20002, 'v', [20001]), view(20003, 'w', [20002])]);
  const target = catalog.relation(20001)!;
  expect(failure(() => planDrop(scopeOf(catalog), [target], 'restrict'))).toMatchObject({
    code: '2BP01',
    message: 'cannot drop table t because other objects depend on it',
    fields: {
      detail: 'view v depends on table t\nview w depends on view v',
      hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
    },
  });
  expect(planDrop(scopeOf(catalog), [target], 'cascade')).toEqual({
    ids: [20003, 20002, 20001],
    notice: {message: 'drop cascades to 2 other objects', detail: 'drop cascades to view v\ndrop cascades to view w'},
  });
  expect(planDrop(scopeOf(catalog), [catalog.relation(20002)!, catalog.relation(20003)!, target], 'restrict').ids).toEqual([
    20003, 20002, 20001,
  ]);
});

test('error relations go with their owner, unless something reads them', () => {
  const stream: Stream = {...table(20001, 's'), kind: 'stream', connector: 'embedded', options: {}};
  const errors = errorRelation(stream, 'stream-errors', 20002);
  const catalog = Catalog.of([stream, errors]);
  expect(planDrop(scopeOf(catalog), [stream], 'restrict').ids).toEqual([20002, 20001]);
  expect(findRelation(scopeOf(catalog), ['s$errors'])?.id).toBe(20002);
  const read = catalog.withObject(view(20003, 'v', [20002]));
  expect(failure(() => planDrop(scopeOf(read), [stream], 'restrict')).fields.detail).toBe('view v depends on error relation s$errors');
});

test('objects survive being written as JSON', () => {
  const mv: MaterializedView = {
    ...view(20005, 'm', [20001]),
    kind: 'materialized-view',
    key: [0],
    appendOnly: false,
    onErrorFail: false,
    options: {},
  };
  const objects: CatalogObject[] = [
    table(20001, 't'),
    mv,
    {
      kind: 'type',
      id: 20006,
      schema: 'public',
      name: 'p',
      fields: [{name: 'x', type: {kind: 'numeric', precision: 4, scale: 1}}],
      dependsOn: [],
    },
  ];
  for (const object of objects) expect(deserializeObject(serializeObject(object))).toEqual(object);
});

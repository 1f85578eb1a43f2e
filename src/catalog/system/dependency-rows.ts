import type {SqlType} from '../../types/sql-type.ts';
import type {Catalog} from '../catalog.ts';
import type {CatalogObject} from '../catalog-object.ts';
import type {Relation} from '../relation.ts';
import {
  ATTRDEF_CATALOG,
  CLASS_CATALOG,
  CONSTRAINT_CATALOG,
  NAMESPACE_CATALOG,
  REWRITE_CATALOG,
  TYPE_CATALOG,
  catalogOf,
} from './catalog-oids.ts';
import {classEntries, classEntry, indexEntriesOf, isRelationEntry, isSystemEntry, type RelationEntry} from './class-entries.ts';
import {columnDefaults, defaultOid} from './class-rows.ts';
import {viewText} from './definition-text.ts';
import {rowsOf} from './row-provider.ts';
import {perCatalog} from './system-context.ts';

type ObjectAddress = {readonly catalog: number; readonly oid: number; readonly column: number};
/** `kind`: n normal, a automatic, i internal. */
type Dependency = {readonly dependent: ObjectAddress; readonly on: ObjectAddress; readonly kind: 'n' | 'a' | 'i'};

const at = (catalog: number, oid: number, column = 0): ObjectAddress => ({catalog, oid, column});

/**
 * As PostgreSQL has it: what a view reads is a dependency of its rule, which has the view's own OID here. Columns that are read are not
 * recorded, so a view depends on whole relations.
 */
const dependencies = perCatalog((catalog): readonly Dependency[] => [
  ...objectDependencies(catalog),
  ...constraintDependencies(catalog),
  ...columnDefaults(catalog).map((a): Dependency => ({
    dependent: at(ATTRDEF_CATALOG, defaultOid(a)),
    on: at(CLASS_CATALOG, a.entry.oid, a.attnum),
    kind: 'a',
  })),
]);

function* objectDependencies(catalog: Catalog): Iterable<Dependency> {
  for (const entry of classEntries(catalog)) {
    if (entry.relkind === 'i' || isSystemEntry(entry)) continue;
    const object = entry.relkind === 'c' ? entry.type : entry.relation;
    const self = at(catalogOf(object), entry.oid);
    yield {dependent: self, on: at(NAMESPACE_CATALOG, entry.namespace), kind: 'n'};
    if (entry.relkind === 'c') yield {dependent: at(CLASS_CATALOG, entry.oid), on: self, kind: 'i'};
    else if (hasRule(entry.relation)) yield* ruleDependencies(catalog, entry.relation);
    // A sink is not listed.
    else if (entry.relation.kind === 'errors' && catalog.relation(entry.relation.owner)?.kind !== 'sink')
      yield {dependent: self, on: at(CLASS_CATALOG, entry.relation.owner), kind: 'i'};
    for (const [i, column] of entry.columns.entries()) {
      for (const type of compositesIn(column.type)) {
        yield {dependent: at(CLASS_CATALOG, entry.oid, i + 1), on: at(TYPE_CATALOG, type), kind: 'n'};
      }
    }
  }
}

function* ruleDependencies(catalog: Catalog, view: Relation): Iterable<Dependency> {
  const rule = at(REWRITE_CATALOG, view.id);
  yield {dependent: rule, on: at(CLASS_CATALOG, view.id), kind: 'i'};
  yield {dependent: rule, on: at(CLASS_CATALOG, view.id), kind: 'n'};
  for (const id of view.dependsOn) {
    const object: CatalogObject | undefined = catalog.object(id);
    const listed = object?.kind === 'type' || classEntry(catalog, id) !== undefined;
    if (object !== undefined && object.kind !== 'schema' && listed) yield {dependent: rule, on: at(catalogOf(object), id), kind: 'n'};
  }
}

function* constraintDependencies(catalog: Catalog): Iterable<Dependency> {
  for (const index of indexEntriesOf(catalog)) {
    const constraint = at(CONSTRAINT_CATALOG, index.oid);
    for (const ordinal of index.constraint.columns) {
      yield {dependent: constraint, on: at(CLASS_CATALOG, index.table.id, ordinal + 1), kind: 'a'};
    }
    yield {dependent: at(CLASS_CATALOG, index.oid), on: constraint, kind: 'i'};
  }
}

/** Composite types that a type is made of. */
function compositesIn(type: SqlType): readonly number[] {
  if (type.kind === 'array') return compositesIn(type.element);
  if (type.kind !== 'composite') return [];
  return type.oid === undefined ? type.fields.flatMap(f => compositesIn(f.type)) : [type.oid];
}

const DEPEND = rowsOf<Dependency>('pg_catalog.pg_depend', ({catalog}) => dependencies(catalog), {
  classid: d => d.dependent.catalog,
  objid: d => d.dependent.oid,
  objsubid: d => d.dependent.column,
  refclassid: d => d.on.catalog,
  refobjid: d => d.on.oid,
  refobjsubid: d => d.on.column,
  deptype: d => d.kind,
});

const hasRule = (relation: Relation) => relation.kind === 'view' || relation.kind === 'materialized-view';

const views = perCatalog(catalog => classEntries(catalog).filter((e): e is RelationEntry => isRelationEntry(e) && hasRule(e.relation)));

const REWRITE = rowsOf<RelationEntry>('pg_catalog.pg_rewrite', ({catalog}) => views(catalog), {
  oid: e => e.oid,
  rulename: '_RETURN',
  ev_class: e => e.oid,
  ev_type: '1',
  ev_enabled: 'O',
  is_instead: true,
  ev_qual: '<>',
  ev_action: e => viewText(e.relation) ?? '<>',
});

export const DEPENDENCY_ROWS = [DEPEND, REWRITE];

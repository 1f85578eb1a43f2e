import type {CatalogFunctions} from '../../functions/catalog-functions.ts';
import {formatTypeOid} from '../../types/format-type.ts';
import {isRelation} from '../catalog-object.ts';
import {expandSearchPath, type SearchPath} from '../search-path.ts';
import {CLASS_CATALOG, CONSTRAINT_CATALOG, NAMESPACE_CATALOG, PROC_CATALOG, TYPE_CATALOG} from './catalog-oids.ts';
import {classEntries, classEntry, isIndexEntry, isRelationEntry, type IndexEntry} from './class-entries.ts';
import {commentOn} from './comments.ts';
import {constraintText, indexText, viewText} from './definition-text.ts';
import {argumentList, functionEntry, resultText} from './function-entries.ts';
import {functionText} from './function-text.ts';
import {NameLookup} from './name-lookup.ts';
import {roles} from './owners.ts';
import {parseObjectName} from './parse-object-name.ts';
import {quoteIdentifier} from './quote-identifier.ts';
import type {SystemContext} from './system-context.ts';
import {typeEntry} from './type-entries.ts';
import {writableEvents} from './writable-events.ts';

const CATALOG_OIDS: Readonly<Record<string, number>> = {
  pg_class: CLASS_CATALOG,
  pg_type: TYPE_CATALOG,
  pg_proc: PROC_CATALOG,
  pg_namespace: NAMESPACE_CATALOG,
  pg_constraint: CONSTRAINT_CATALOG,
};

/** Catalog functions over one snapshot, with names read and written along `searchPath`. Cheap to make: lists are kept with the snapshot. */
export function catalogFunctions(context: SystemContext, searchPath: SearchPath): CatalogFunctions {
  const {catalog, facts, session} = context;
  const lookup = new NameLookup({catalog, searchPath: expandSearchPath(searchPath, session.user), database: session.database});
  const index = (oid: number): IndexEntry | undefined => {
    const entry = classEntry(catalog, oid);
    return entry !== undefined && isIndexEntry(entry) ? entry : undefined;
  };
  return {
    regclassName: oid => {
      const entry = classEntry(catalog, oid);
      return entry && lookup.className(entry);
    },
    regclassOid: name => lookup.classNamed(name)?.oid,
    regtypeOid: name => lookup.typeOid(name),
    regnamespaceOid: name => catalog.schema(onlyPart(name))?.id,
    regroleOid: name => roles(context).find(role => role.name === onlyPart(name))?.oid,
    regprocOid: name => {
      const [found, ...others] = lookup.functionsNamed(name);
      return others.length === 0 ? found?.oid : undefined;
    },
    typeName: oid => {
      const entry = typeEntry(catalog, oid);
      if (entry === undefined || entry.schema === 'pg_catalog') return formatTypeOid(oid);
      const element = entry.typelem === 0 ? undefined : typeEntry(catalog, entry.typelem);
      return element === undefined ? lookup.typeName(entry) : `${lookup.typeName(element)}[]`;
    },
    userName: oid => roles(context).find(role => role.oid === oid)?.name,
    isTableVisible: oid => {
      const entry = classEntry(catalog, oid);
      return entry && lookup.isClassVisible(entry);
    },
    isTypeVisible: oid => {
      const entry = typeEntry(catalog, oid);
      return entry && lookup.isTypeVisible(entry);
    },
    isFunctionVisible: oid => (functionEntry(oid) === undefined ? undefined : true),
    viewDefinition: oid => {
      const relation = catalog.relation(oid);
      return relation && viewText(relation);
    },
    constraintDefinition: oid => {
      const entry = index(oid);
      return entry && constraintText(entry);
    },
    indexDefinition: (oid, column, pretty) => {
      const entry = index(oid);
      if (entry === undefined) return undefined;
      if (column !== 0) return quoteIdentifier(entry.columns[column - 1]?.name ?? '');
      const table = classEntry(catalog, entry.table.id);
      return pretty && table !== undefined ? indexText(entry, lookup.className(table)) : indexText(entry);
    },
    functionDefinition: oid => {
      const entry = functionEntry(oid);
      return entry && functionText(entry);
    },
    functionArguments: oid => {
      const entry = functionEntry(oid);
      return entry && argumentList(entry);
    },
    functionResult: oid => {
      const entry = functionEntry(oid);
      return entry && resultText(entry);
    },
    triggerDefinition: () => undefined,
    ruleDefinition: oid => {
      const view = catalog.relation(oid);
      const query = view && viewText(view);
      const entry = classEntry(catalog, oid);
      return query && entry && `CREATE RULE "_RETURN" AS\n    ON SELECT TO ${lookup.className(entry)} DO INSTEAD ${query}`;
    },
    objectDescription: (oid, name) => commentOn(catalog, oid, 0, name === undefined ? undefined : (CATALOG_OIDS[name] ?? -1)),
    columnDescription: (table, column) => (column === 0 ? undefined : commentOn(catalog, table, column, CLASS_CATALOG)),
    sharedDescription: () => undefined,
    serialSequence: () => undefined,
    relationSize: oid => (classEntry(catalog, oid) === undefined ? undefined : (facts.size(oid)?.bytes ?? 0n)),
    databaseSize: name => {
      if (name !== session.database) return undefined;
      return classEntries(catalog)
        .filter(isRelationEntry)
        .reduce((sum, entry) => sum + (facts.size(entry.oid)?.bytes ?? 0n), 0n);
    },
    updatableEvents: oid => {
      const object = catalog.object(oid);
      return isRelation(object) ? writableEvents(object) : 0;
    },
    schemaExists: name => catalog.schema(name) !== undefined,
  };
}

function onlyPart(text: string): string {
  const parts = parseObjectName(text);
  return parts.length === 1 ? (parts[0] ?? '') : '';
}

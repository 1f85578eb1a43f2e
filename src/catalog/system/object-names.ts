import {sqlError} from '../../common/sql-error.ts';
import type {CatalogFunctions} from '../../functions/catalog-functions.ts';
import type {ObjectNames, RegKind} from '../../types/text-settings.ts';
import type {Catalog} from '../catalog.ts';
import {functionEntriesNamed, functionEntry} from './function-entries.ts';
import {quoteIdentifier} from './quote-identifier.ts';
import {schemas} from './class-rows.ts';

/** The text forms of reg* values by the same snapshot and search path as `functions`. */
export function objectNames(catalog: Catalog, functions: CatalogFunctions): ObjectNames {
  return {
    nameOf: (kind, oid) => {
      switch (kind) {
        case 'regclass':
          return functions.regclassName(oid);
        case 'regtype':
          return functions.typeName(oid);
        case 'regproc':
          return procedureName(oid);
        case 'regnamespace': {
          const name = schemas(catalog).find(s => s.id === oid)?.name;
          return name && quoteIdentifier(name);
        }
        default: {
          const name = functions.userName(oid);
          return name && quoteIdentifier(name);
        }
      }
    },
    oidOf: (kind, name) => lookUp(functions, kind, name) ?? fail(kind, name),
  };
}

/** Qualified when the name alone means several functions. */
function procedureName(oid: number): string | undefined {
  const entry = functionEntry(oid);
  if (entry === undefined) return undefined;
  const name = quoteIdentifier(entry.name);
  return functionEntriesNamed(entry.name).length > 1 ? `pg_catalog.${name}` : name;
}

function lookUp(functions: CatalogFunctions, kind: RegKind, name: string): number | undefined {
  switch (kind) {
    case 'regclass':
      return functions.regclassOid(name);
    case 'regtype':
      return functions.regtypeOid(name);
    case 'regproc':
      return functions.regprocOid(name);
    case 'regnamespace':
      return functions.regnamespaceOid(name);
    default:
      return functions.regroleOid(name);
  }
}

function fail(kind: RegKind, name: string): never {
  switch (kind) {
    case 'regclass':
      throw sqlError('undefined_table', `relation "${name}" does not exist`);
    case 'regtype':
      throw sqlError('undefined_object', `type "${name}" does not exist`);
    case 'regproc':
      if (functionEntriesNamed(name).length > 1) throw sqlError('ambiguous_function', `more than one function named "${name}"`);
      throw sqlError('undefined_function', `function "${name}" does not exist`);
    case 'regnamespace':
      throw sqlError('invalid_schema_name', `schema "${name}" does not exist`);
    default:
      throw sqlError('undefined_object', `role "${name}" does not exist`);
  }
}

import {arrayOidOf} from '../../types/oids.ts';
import {PG_TYPES, type PgTypeRow} from '../../types/pg-types.ts';
import type {Catalog} from '../catalog.ts';
import {SYSTEM_SCHEMAS} from '../catalog.ts';
import {compositeTypeOf, type CompositeTypeObject} from '../catalog-object.ts';
import {namespaceOid} from './class-entries.ts';
import {perCatalog} from './system-context.ts';

/** A row of pg_type with the schema it is in. */
export type TypeEntry = PgTypeRow & {readonly schema: string; readonly namespace: number};

const PG_CATALOG_OID = SYSTEM_SCHEMAS.find(s => s.name === 'pg_catalog')?.id ?? 0;
const BUILT_IN: readonly TypeEntry[] = PG_TYPES.map(row => ({...row, schema: 'pg_catalog', namespace: PG_CATALOG_OID}));

/** Built-in types, then each composite type of the user with its array type. */
export const typeEntries = perCatalog((catalog): readonly TypeEntry[] => {
  const entries = [...BUILT_IN];
  for (const object of catalog.objects()) if (object.kind === 'type') entries.push(...compositeEntries(object, catalog));
  return entries;
});

const entriesByOid = perCatalog(catalog => new Map(typeEntries(catalog).map(entry => [entry.oid, entry])));

export function typeEntry(catalog: Catalog, oid: number): TypeEntry | undefined {
  return entriesByOid(catalog).get(oid);
}

const COMPOSITE: Omit<PgTypeRow, 'oid' | 'typname' | 'typarray' | 'typrelid'> = {
  typlen: -1,
  typbyval: false,
  typtype: 'c',
  typcategory: 'C',
  typispreferred: false,
  typdelim: ',',
  typsubscript: '-',
  typelem: 0,
  typinput: 'record_in',
  typoutput: 'record_out',
  typreceive: 'record_recv',
  typsend: 'record_send',
  typmodin: '-',
  typmodout: '-',
  typanalyze: '-',
  typalign: 'd',
  typstorage: 'x',
  typcollation: 0,
};

function compositeEntries(object: CompositeTypeObject, catalog: Catalog): readonly TypeEntry[] {
  const place = {schema: object.schema, namespace: namespaceOid(catalog, object.schema)};
  const typarray = arrayOidOf(compositeTypeOf(object));
  return [
    {...COMPOSITE, ...place, oid: object.id, typname: object.name, typarray, typrelid: object.id},
    {
      ...COMPOSITE,
      ...place,
      oid: typarray,
      typname: `_${object.name}`,
      typarray: 0,
      typrelid: 0,
      typtype: 'b',
      typcategory: 'A',
      typsubscript: 'array_subscript_handler',
      typelem: object.id,
      typinput: 'array_in',
      typoutput: 'array_out',
      typreceive: 'array_recv',
      typsend: 'array_send',
      typanalyze: 'array_typanalyze',
    },
  ];
}

import type {CatalogObject} from '../catalog-object.ts';

/** OIDs of the catalogs by which pg_depend and pg_description name an object's kind. */
export const CLASS_CATALOG = 1259;
export const TYPE_CATALOG = 1247;
export const PROC_CATALOG = 1255;
export const NAMESPACE_CATALOG = 2615;
export const CONSTRAINT_CATALOG = 2606;
export const ATTRDEF_CATALOG = 2604;
export const REWRITE_CATALOG = 2618;

/** The catalog in which an object is listed. */
export function catalogOf(object: CatalogObject): number {
  if (object.kind === 'schema') return NAMESPACE_CATALOG;
  return object.kind === 'type' ? TYPE_CATALOG : CLASS_CATALOG;
}

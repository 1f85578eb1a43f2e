import type {Catalog} from '../catalog.ts';
import type {RuntimeFacts} from './runtime-facts.ts';

/** What the rows of system relations are computed from. `facts` are those of the moment; `catalog` is the reader's snapshot. */
export type SystemContext = {
  readonly catalog: Catalog;
  readonly facts: RuntimeFacts;
  readonly session: {readonly user: string; readonly database: string};
  /**
   * Whether information_schema lists materialized views as views (default true). PostgreSQL leaves them out; tools that read nothing but
   * information_schema would then not see the main product of a streaming database.
   */
  readonly listMaterializedViews?: boolean | undefined;
};

/**
 * Computes once for each catalog. Snapshots are immutable, and their identity, not their version, is what tells two private ones apart.
 */
export function perCatalog<V>(compute: (catalog: Catalog) => V): (catalog: Catalog) => V {
  const cache = new WeakMap<Catalog, {readonly value: V}>();
  return catalog => {
    const hit = cache.get(catalog);
    if (hit !== undefined) return hit.value;
    const value = compute(catalog);
    cache.set(catalog, {value});
    return value;
  };
}

import {assert} from '../common/unreachable.ts';
import type {CatalogObject} from './catalog-object.ts';
import {freezeDeep} from './freeze-deep.ts';

/** Raised when the stored form of an object changes; older forms are converted in `deserializeObject`. */
const FORMAT = 1;

const KINDS: Readonly<Record<CatalogObject['kind'], true>> = {
  schema: true,
  stream: true,
  table: true,
  view: true,
  'materialized-view': true,
  sink: true,
  system: true,
  errors: true,
  type: true,
};

/** An object as JSON text. Objects are plain data without bigints, so the text is their JSON plus a format number. */
export function serializeObject(object: CatalogObject): string {
  return JSON.stringify({format: FORMAT, object});
}

/** The inverse of `serializeObject`. Throws on text that it did not write (a damaged catalog is never read as data). */
export function deserializeObject(text: string): CatalogObject {
  const stored = JSON.parse(text) as {readonly format: number; readonly object: CatalogObject};
  assert(stored.format === FORMAT, `catalog object of format ${stored.format}; this version reads format ${FORMAT}`);
  assert(Object.hasOwn(KINDS, stored.object.kind), `catalog object of kind ${stored.object.kind}`);
  return freezeDeep(stored.object);
}

import {objectKindName, type CatalogObject} from './catalog-object.ts';
import {isVisible, type NameScope} from './resolve-name.ts';

/** An object as messages name it: `table t`, or `table s.t` when the search path does not find it. */
export function describeObject(scope: NameScope, object: CatalogObject): string {
  const kind = objectKindName(object);
  if (object.kind === 'schema') return `${kind} ${object.name}`;
  return `${kind} ${isVisible(scope, object) ? object.name : `${object.schema}.${object.name}`}`;
}

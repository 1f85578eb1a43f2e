import {sqlError} from '../common/sql-error.ts';
import type {CatalogObject} from './catalog-object.ts';
import {describeObject} from './describe-object.ts';
import type {NameScope} from './resolve-name.ts';

/** What DROP removes: ids in an order in which no object outlives one that it needs; and the notice of CASCADE. */
export type DropPlan = {
  readonly ids: readonly number[];
  readonly notice?: {readonly message: string; readonly detail?: string | undefined} | undefined;
};

/**
 * Works out a DROP of `targets`. Error relations go with their owner without a word; everything else that depends on a target needs CASCADE.
 * Errors: 2BP01 with DETAIL and HINT as PostgreSQL words them.
 */
export function planDrop(scope: NameScope, targets: readonly CatalogObject[], behavior: 'restrict' | 'cascade'): DropPlan {
  const {catalog} = scope;
  const targetIds = new Set(targets.map(t => t.id));
  const reached = new Set<number>();
  const ids: number[] = [];
  const cascades: {readonly object: CatalogObject; readonly because: CatalogObject}[] = [];

  const visit = (object: CatalogObject): void => {
    reached.add(object.id);
    for (const id of directDependents(object)) {
      const dependent = catalog.object(id);
      if (dependent === undefined || reached.has(id)) continue;
      const owned = dependent.kind === 'errors' && dependent.owner === object.id;
      if (!owned && !targetIds.has(id)) cascades.push({object: dependent, because: object});
      visit(dependent);
    }
    ids.push(object.id);
  };
  const directDependents = (object: CatalogObject): readonly number[] =>
    object.kind === 'schema' ? [...catalog.objectsIn(object.name)].map(o => o.id).sort((a, b) => a - b) : catalog.dependentsOf(object.id);

  for (const target of targets) if (!reached.has(target.id)) visit(target);

  if (cascades.length === 0) return {ids};
  const lines = (word: (c: (typeof cascades)[number]) => string) => cascades.map(word).join('\n');
  if (behavior === 'restrict') {
    const [only] = targets;
    throw sqlError(
      'dependent_objects_still_exist',
      targets.length === 1 && only !== undefined
        ? `cannot drop ${describeObject(scope, only)} because other objects depend on it`
        : 'cannot drop desired object(s) because other objects depend on them',
      {
        detail: lines(c => `${describeObject(scope, c.object)} depends on ${describeObject(scope, c.because)}`),
        hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
      },
    );
  }
  const [first] = cascades;
  const notice =
    cascades.length === 1 && first !== undefined
      ? {message: `drop cascades to ${describeObject(scope, first.object)}`}
      : {
          message: `drop cascades to ${cascades.length} other objects`,
          detail: lines(c => `drop cascades to ${describeObject(scope, c.object)}`),
        };
  return {ids, notice};
}

import {sqlError} from '../../common/sql-error.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {SegmentFiles} from '../../runtime/durability/segment-files.ts';
import type {Slices, StateStore} from '../../runtime/graph/operator.ts';
import {isForPlan, ownedStores, type Checkpointer, type Manifest, type StoreEntry} from './checkpointer.ts';
import type {RelationChange, ViewSpec} from './commands.ts';
import type {Relations} from './relations.ts';
import {scannedRelations, type ViewRuntime} from './view-runtime.ts';

/**
 * The changes that build what the manifest holds state of (and streams), and the rest: views to be hydrated, what reads them, and sinks,
 * whose operators are fed anew from what is back by then.
 */
export function splitByState(
  all: readonly RelationChange[],
  manifest: Manifest,
  onOutdated: (view: string) => void,
): [RelationChange[], RelationChange[]] {
  const held = new Map(manifest.stores.map(s => [s.relation, s]));
  const late = new Set<number>();
  const changes = all.map((change): RelationChange => {
    if (change.kind !== 'add-view') return change;
    const {relation, name, plan, unplannable} = change.view;
    const entry = held.get(relation);
    const isOutdated = entry !== undefined && !isForPlan(entry, plan);
    if (isOutdated && unplannable === undefined) onOutdated(name);
    if (entry !== undefined && !isOutdated && !scannedRelations(plan).some(id => late.has(id))) return change;
    for (const id of relationsOf(change.view)) late.add(id);
    return entry === undefined ? change : {kind: 'add-view', view: rebuilt(change.view)};
  });
  const isLate = (change: RelationChange): boolean =>
    (change.kind === 'add-view' && late.has(change.view.relation)) || change.kind === 'add-sink';
  return [changes.filter(c => !isLate(c)), changes.filter(isLate)];
}

/** A view that is to be built anew. A sink would write rows again that it has delivered. */
export const rebuilt = (view: ViewSpec): ViewSpec =>
  view.delivery === undefined || view.delivery.stopped !== undefined
    ? view
    : {
        ...view,
        delivery: {
          ...view.delivery,
          stopped: 'what it computes its rows from was stored by another version: it would deliver rows again. Drop it and create it anew',
        },
      };

/** A view, its `$errors` and its `$late`. */
export const relationsOf = ({relation, errors, late}: ViewSpec): number[] =>
  late === undefined ? [relation, errors] : [relation, errors, late];

/** Views, now built, whose stores are not those that the checkpoint wrote, and the views above them. Tables must be as they were. */
export function viewsWithOtherStores(manifest: Manifest, relations: Relations): ViewRuntime[] {
  const owned = new Map(ownedStores(relations).map(store => [`${store.relation}.${store.index}`, store.fingerprint]));
  const isOther = (entry: StoreEntry): boolean => owned.get(`${entry.relation}.${entry.index}`) !== entry.fingerprint;
  const other = new Set(manifest.stores.filter(isOther).map(entry => entry.relation));
  const table = [...relations.stored.values()].find(({relation}) => other.has(relation));
  if (table !== undefined)
    throw sqlError('feature_not_supported', `the rows of "${table.name}" were stored in another format`, {
      hint: 'Start the version of Millrace that wrote the data directory.',
    });
  const outdated = new Set<number>();
  const views: ViewRuntime[] = [];
  // In the order of their creation: what a view reads comes before it.
  for (const view of relations.views.values()) {
    if (!other.has(view.spec.relation) && !scannedRelations(view.spec.plan).some(id => outdated.has(id))) continue;
    views.push(view);
    for (const id of relationsOf(view.spec)) outdated.add(id);
  }
  return views;
}

/**
 * Gives the stores of freshly built relations their blocks back and the streams their offsets. Throws data_corrupted for damaged segments.
 * Views to be built anew are not among the relations yet, or are about to go (`except`).
 */
export function* restoreState(
  manifest: Manifest,
  except: ReadonlySet<number>,
  relations: Relations,
  checkpointer: Checkpointer,
  files: FileLayer,
  directory: string,
): Slices {
  const stores = new Map<number, StateStore>();
  const owned = ownedStores(relations);
  for (const entry of manifest.stores) {
    const found = owned.find(o => o.relation === entry.relation && o.index === entry.index);
    if (found !== undefined && !except.has(entry.relation)) stores.set(entry.number, found.store);
  }
  relations.eventTime.restore(manifest.clocks, manifest.time);
  for (const chunk of new SegmentFiles(files, directory, manifest.segments).read()) {
    stores.get(chunk.store)?.restoreBlocks(chunk.section, chunk.first, chunk.payload);
    yield;
  }
  for (const store of stores.values()) yield* store.restored();
  relations.stateIsBack();
  checkpointer.restored(manifest.stores, stores);
  for (const ledger of manifest.deliveries ?? []) {
    const output = relations.views.get(ledger.relation)?.delivery?.output;
    if (output !== undefined && !except.has(ledger.relation)) output.restore(ledger);
    else relations.formerDeliveries.set(ledger.relation, ledger);
  }
  const counts = new Map(manifest.resets?.map(({relation, count}) => [relation, count]));
  for (const {relation, partition, nextOffset} of manifest.offsets) {
    relations.streams.get(relation)?.offsets.set(partition, nextOffset);
    relations.stored.get(relation)?.log?.set(nextOffset);
  }
  for (const {relation, partitions} of manifest.refusals ?? []) relations.streams.get(relation)?.refusals.restore(partitions);
  for (const {relation, ...missing} of manifest.missing ?? []) {
    const stream = relations.streams.get(relation);
    if (stream !== undefined) relations.noteMissing(stream, missing);
  }
  for (const stream of relations.streams.values()) {
    const {relation, reset} = stream.spec;
    // The checkpoint was taken right before this reset, with the stream at rest: nothing lies between.
    if (reset === undefined || reset.count <= (counts.get(relation) ?? 0)) continue;
    stream.missing = undefined;
    stream.setOffsets(reset.offsets);
    stream.refusals.clear();
    stream.clock?.forgetPartitions();
  }
}

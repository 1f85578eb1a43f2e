import {
  FIELD_AUX,
  FIELD_ID,
  FIELD_KEY_HEAD,
  FIELD_KEY_LENGTH,
  FIELD_KEY_MASK,
  FIELD_KIND,
  FIELD_LIMIT,
  FIELD_NAME,
  FIELD_NEXT,
  FIELD_NOT_NULL,
  FIELD_PARAMETER,
  FIELD_SIZE,
  FIELD_SPELLING,
  FIELD_STATE,
  FIELD_VALIDITY,
  FIELD_VALUES,
  FIELD_WHOLE,
  HEADER_POW10,
  HEADER_ROOT,
  KIND_OBJECT,
  NO_FIELD,
  OBJECT_FIELD_COUNT,
  OBJECT_FIELDS,
  OBJECT_FIRST,
  OBJECT_NOT_NULL_COUNT,
  OBJECT_SIZE,
} from '../../../runtime/kernels/json-layout.ts';
import type {FieldNode, FieldTree} from './field-tree.ts';

const FIELDS = NO_FIELD + FIELD_SIZE;

/** Where field `id` begins in a block. */
export const fieldOffset = (id: number): number => FIELDS + id * FIELD_SIZE;

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/**
 * The kernel's description of a field tree (json-layout.ts): header, fields, objects, keys. It learns key order and spellings as records
 * go by; outside of a decode call it lives here, inside of one in the region that is decoded into.
 */
export function buildDescriptorBlock(tree: FieldTree): Uint8Array {
  const composites = tree.all.filter(f => f.kind === KIND_OBJECT);
  const objectsAt = roundUp(fieldOffset(tree.all.length), 16);
  const objectOffset = new Map<FieldNode | null, number>([[null, objectsAt]]);
  composites.forEach((f, i) => objectOffset.set(f, objectsAt + (i + 1) * OBJECT_SIZE));
  let keysAt = roundUp(objectsAt + (composites.length + 1) * OBJECT_SIZE, 16);

  const keys = tree.all.map(f => Buffer.from(`"${f.name}":`));
  const keyBytes = keys.map(k => roundUp(k.length, 16) + 16);
  const block = new Uint8Array(keysAt + 2 * keyBytes.reduce((a, b) => a + b, 0));
  const view = new DataView(block.buffer);
  const u32 = (at: number, v: number) => view.setUint32(at, v, true);

  u32(HEADER_ROOT, objectsAt);
  for (let i = 0; i <= 22; i++) view.setFloat64(HEADER_POW10 + i * 8, Number(`1e${i}`), true);
  u32(NO_FIELD + FIELD_KEY_MASK, 1); // its key begins with a NUL, which none does

  tree.all.forEach((f, i) => {
    const at = fieldOffset(f.id);
    const key = keys[i]!;
    u32(at + FIELD_NAME, keysAt);
    block.set(key, keysAt);
    keysAt += keyBytes[i]!;
    u32(at + FIELD_SPELLING, keysAt);
    block.set(key, keysAt);
    keysAt += keyBytes[i]!;
    block.set(key.subarray(0, 16), at + FIELD_KEY_HEAD);
    u32(at + FIELD_KEY_MASK, 2 ** Math.min(key.length, 16) - 1);
    u32(at + FIELD_KEY_LENGTH, key.length);
    u32(at + FIELD_KIND, f.kind);
    u32(at + FIELD_NOT_NULL, f.notNull ? 1 : 0);
    view.setInt32(at + FIELD_PARAMETER, f.kind === KIND_OBJECT ? objectOffset.get(f)! : f.parameter, true);
    view.setFloat64(at + FIELD_LIMIT, f.limit, true);
    u32(at + FIELD_ID, f.id);
  });

  const writeObject = (at: number, fields: readonly FieldNode[]) => {
    const first = fields[0];
    u32(at + OBJECT_FIRST, first === undefined ? NO_FIELD : fieldOffset(first.id));
    u32(at + OBJECT_FIELDS, first === undefined ? NO_FIELD : fieldOffset(first.id));
    u32(at + OBJECT_FIELD_COUNT, fields.length);
    u32(at + OBJECT_NOT_NULL_COUNT, fields.filter(f => f.notNull).length);
    fields.forEach((f, i) => u32(fieldOffset(f.id) + FIELD_NEXT, fieldOffset(fields[(i + 1) % fields.length]!.id)));
  };
  writeObject(objectsAt, tree.roots);
  for (const f of composites) writeObject(objectOffset.get(f)!, f.children);
  return block;
}

/** Where the kernel puts a field's values for one call: addresses, 0 = not wanted. */
export type FieldPlace = {readonly values: number; readonly validity: number; readonly aux: number; readonly whole: boolean};

/** Tells the block (at word index `block` of `words`) where a field goes, and that it begins in the narrow form. */
export function placeField(words: Int32Array, block: number, id: number, place: FieldPlace): void {
  const at = block + fieldOffset(id) / 4;
  words[at + FIELD_VALUES / 4] = place.whole ? 0 : place.values;
  words[at + FIELD_VALIDITY / 4] = place.whole ? 0 : place.validity;
  words[at + FIELD_AUX / 4] = place.aux;
  words[at + FIELD_STATE / 4] = 0;
  words[at + FIELD_WHOLE / 4] = place.whole ? 1 : 0;
}

import type {RecordSlab} from '../../slab-source.ts';

export const MAX_SLAB_RECORDS = 8192;

/** The one slab that a reader fills again and again. */
export class SlabArrays implements RecordSlab {
  partition = -1;
  bytes: Uint8Array = new Uint8Array(0);
  count = 0;
  readonly offsets = new Float64Array(MAX_SLAB_RECORDS);
  readonly timestamps = new Float64Array(MAX_SLAB_RECORDS);
  readonly valueStart = new Int32Array(MAX_SLAB_RECORDS);
  readonly valueEnd = new Int32Array(MAX_SLAB_RECORDS);
  readonly keyStart = new Int32Array(MAX_SLAB_RECORDS);
  readonly keyEnd = new Int32Array(MAX_SLAB_RECORDS);
  readonly headersStart = new Int32Array(MAX_SLAB_RECORDS);
  readonly headersEnd = new Int32Array(MAX_SLAB_RECORDS);
  nextOffset = 0;
}

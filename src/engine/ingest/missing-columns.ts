import type {RecordSlab, SourceEvent} from '../../connectors/slab-source.ts';

/** So many records are looked at before a column counts as missing. */
const RECORDS = 10_000;
/** Records whose keys are remembered for comparison, and how many keys at most. */
const SAMPLED_RECORDS = 100;
const MAX_KEYS = 1000;

type Missing = Extract<SourceEvent, {kind: 'missing-columns'}>;

/** Finds declared columns whose key none of a stream's first records has, which mostly is a misspelling, and the key that was meant. */
export class MissingColumns {
  done = false;
  readonly #columns: readonly {readonly name: string}[];
  readonly #tell: (event: Missing) => void;
  readonly #keys = new Set<string>();
  #sampled = 0;

  constructor(columns: readonly {readonly name: string}[], tell: (event: Missing) => void) {
    this.#columns = columns;
    this.#tell = tell;
  }

  /** `presence` = what is known after the slab: in how many of so many records each column occurred. */
  look(slab: RecordSlab, presence: {readonly records: number; readonly columns: readonly number[]}): void {
    if (presence.columns.every(count => count > 0)) {
      this.done = true;
      return;
    }
    this.#sample(slab);
    if (presence.records < RECORDS) return;
    this.done = true;
    const missing = this.#columns.filter((_, i) => presence.columns[i] === 0);
    const columns = missing.map(({name}) => ({name, closest: closestKey(name, this.#keys)}));
    this.#tell({kind: 'missing-columns', records: presence.records, columns});
  }

  #sample({bytes, count, valueStart, valueEnd}: RecordSlab): void {
    for (let i = 0; i < count && this.#sampled < SAMPLED_RECORDS && this.#keys.size < MAX_KEYS; i++) {
      if (valueStart[i]! < 0) continue;
      this.#sampled++;
      try {
        const value: unknown = JSON.parse(
          Buffer.from(bytes.buffer, bytes.byteOffset + valueStart[i]!, valueEnd[i]! - valueStart[i]!).toString(),
        );
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) for (const key of Object.keys(value)) this.#keys.add(key);
      } catch {
        // What is no JSON has no keys.
      }
    }
  }
}

/** The key with the fewest edits, case and separators aside; undefined when none is near. */
export function closestKey(name: string, keys: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const wanted = plain(name);
  let best: {readonly key: string; readonly distance: number} | undefined;
  for (const key of keys) {
    const distance = editDistance(wanted, plain(key));
    if (distance <= Math.max(1, Math.floor(wanted.length / 3)) && (best === undefined || distance < best.distance)) best = {key, distance};
  }
  return best?.key;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** For people. */
export function describeMissing({records, columns}: Missing): string {
  const parts = columns.map(({name, closest}) => `"${name}"${closest === undefined ? '' : ` (closest key: ${JSON.stringify(closest)})`}`);
  return `none of the first ${records} records had ${columns.length === 1 ? 'column' : 'columns'} ${parts.join(', ')}`;
}

import {expect, test} from 'vitest';
import {GeneratedPartition} from './generated-partition.ts';
import {GENERATOR_NAMES, parseGeneratorOptions} from './generator-options.ts';
import {generatorSchema} from './generator-schema.ts';
import {JsonDecoder} from '../formats/json/json-decoder.ts';

const options = (given: Record<string, string>) => parseGeneratorOptions({connector: 'generator', generator: 'sequence', ...given});

function values(partition: GeneratedPartition, maxRecords = 1000): string[] {
  const texts: string[] = [];
  for (let slab = partition.next(maxRecords); slab !== null && texts.length < 5000; slab = partition.next(maxRecords)) {
    for (let i = 0; i < slab.count; i++) texts.push(Buffer.from(slab.bytes.buffer).toString('utf8', slab.valueStart[i], slab.valueEnd[i]));
  }
  return texts;
}

test('a limit ends the sequence, spread over its partitions', () => {
  const all = [0, 1, 2].flatMap(p => values(new GeneratedPartition(options({limit: '1000', partitions: '3'}), p, 0)));
  const numbers = all.map(text => (JSON.parse(text) as {n: number}).n).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({length: 1000}, (_, i) => i));
});

test('records are the same from wherever reading begins', () => {
  for (const generator of GENERATOR_NAMES) {
    const given = options({generator, limit: '3000', partitions: '3', skew: '40', late_pct: '10', bad_pct: '10'});
    const whole = values(new GeneratedPartition(given, 0, 0), 700);
    expect(whole).toHaveLength(new GeneratedPartition(given, 0, 0).end);
    expect(values(new GeneratedPartition(given, 0, 321), 13)).toEqual(whole.slice(321));
  }
});

test('skew sends the asked share of events to partition 0 in addition to its own', () => {
  const ends = [0, 1, 2, 3].map(p => new GeneratedPartition(options({limit: '100000', partitions: '4', skew: '60'}), p, 0).end);
  expect(ends).toEqual([70_000, 10_000, 10_000, 10_000]);
});

test('an idle partition stops after 1000 records', () => {
  const given = options({partitions: '2', idle_partition: '1'});
  expect([0, 1].map(p => new GeneratedPartition(given, p, 0).end)).toEqual([Number.POSITIVE_INFINITY, 1000]);
});

test('bad and late records come in the asked shares', () => {
  const given = options({limit: '5000', bad_pct: '10', late_pct: '20'});
  const texts = values(new GeneratedPartition(given, 0, 0));
  const good = texts.flatMap(text => {
    try {
      return [JSON.parse(text) as {n: number; ts: string}];
    } catch {
      return [];
    }
  });
  expect(good.length / texts.length).toBeCloseTo(0.9, 1);
  const late = good.filter(r => Date.parse(`${r.ts.replace(' ', 'T')}Z`) < 1_700_000_000_000 + r.n);
  expect(late.length / good.length).toBeCloseTo(0.2, 1);
});

test('due times follow the rate', () => {
  const partition = new GeneratedPartition(options({rate: '500', partitions: '2'}), 1, 0);
  expect([0, 1, 1000].map(offset => partition.dueAt(offset))).toEqual([2, 6, 4002]);
});

test('every record of every generator decodes into its default columns', () => {
  const memory = new WebAssembly.Memory({initial: 512, maximum: 512, shared: true});
  for (const generator of GENERATOR_NAMES) {
    const columns = generatorSchema(generator);
    const decoder = new JsonDecoder({memory, columns});
    const slab = new GeneratedPartition(options({generator}), 0, 0).next(4000)!;
    const projection = decoder.project(columns.map((_, column) => ({column, path: []})));
    const decoded = decoder.decode(slab, projection, 64);
    expect(decoded.errors).toEqual([]);
    expect(decoded.rows).toBe(4000);
    expect(decoder.presence().columns.every(n => n > 0)).toBe(true);
  }
});

test('wrong options are named', () => {
  expect(() => options({rate: 'fast'})).toThrow('invalid value "fast" of the option rate');
  expect(() => options({ratio: '1'})).toThrow('unknown option "ratio"');
  expect(() => options({generator: 'tpch'})).toThrow('unknown generator "tpch"');
  expect(() => options({partitions: '2', idle_partition: '2'})).toThrow('no partition 2');
});

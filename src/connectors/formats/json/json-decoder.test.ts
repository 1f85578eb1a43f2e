import {describe, expect, test} from 'vitest';
import {arrayOf, T, type SqlType} from '../../../types/sql-type.ts';
import {datumFromBytes} from '../../../types/datum-bytes.ts';
import {encodeText} from '../../../types/text-codec.ts';
import type {DecodeColumn, JsonOptions, LocatedRecords} from './decode-column.ts';
import type {DecodedSlab} from './decoded-slab.ts';
import {JsonDecoder} from './json-decoder.ts';
import {readValue} from './testing/read-value.ts';

const memory = new WebAssembly.Memory({initial: 256, maximum: 256, shared: true});

function locate(values: readonly (string | null)[]): LocatedRecords {
  const pieces = values.map(v => Buffer.from(v ?? ''));
  const valueEnd = new Int32Array(values.length);
  const valueStart = new Int32Array(values.length);
  let at = 0;
  pieces.forEach((piece, i) => {
    valueStart[i] = values[i] === null ? -1 : at;
    at += piece.length;
    valueEnd[i] = at;
  });
  return {bytes: Buffer.concat(pieces), valueStart, valueEnd, count: values.length};
}

function decodeWith(decoder: JsonDecoder, columns: readonly DecodeColumn[], values: readonly (string | null)[]): DecodedSlab {
  return decoder.decode(locate(values), decoder.project(columns.map((_, column) => ({column, path: []}))), 64);
}

/** Decodes records of one column `v` and lists the values, `!reason` for the refused ones. */
function decodeColumn(type: SqlType, values: readonly string[], options: JsonOptions = {}): unknown[] {
  const columns = [{name: 'v', type}];
  const decoded = decodeWith(
    new JsonDecoder({memory, columns, options}),
    columns,
    values.map(v => `{"v":${v}}`),
  );
  let row = 0;
  return values.map((_, i) => {
    const error = decoded.errors.find(e => e.record === i);
    if (error !== undefined) return `!${error.reason}`;
    const at = decoded.columns[0]!;
    if (at.form !== 'bytes' || type.kind === 'numeric') return readValue(memory, at, type, row++);
    const view = new DataView(memory.buffer);
    const range = [at.starts, at.ends].map(a => at.dataStart + view.getInt32(a + row * 4, true)) as [number, number];
    const isNull = at.validity !== 0 && view.getUint8(at.validity + row) === 0;
    row++;
    return isNull ? null : encodeText(type, datumFromBytes(type, new Uint8Array(memory.buffer).slice(...range)));
  });
}

describe('values', () => {
  test('int8 is exact over its range, and the column turns wide at the first value beyond 2^53', () => {
    expect(decodeColumn(T.int8, ['1', '-9007199254740991', '9007199254740992', 'null', '-9223372036854775808', '1e3', '5.0'])).toEqual([
      1n,
      -9007199254740991n,
      9007199254740992n,
      null,
      -9223372036854775808n,
      1000n,
      5n,
    ]);
    expect(decodeColumn(T.int8, ['9223372036854775808', '1.5', '"42"'])).toEqual([
      '!9223372036854775808 is out of range for type bigint',
      '!1.5 is not an integer',
      '!the string "42" is no value of type bigint (the option coerce_strings accepts numbers in strings)',
    ]);
    expect(decodeColumn(T.int8, ['"42"', '"-7 "', '"x"'], {coerceStrings: true})).toEqual([
      42n,
      -7n,
      '!the string "x" is no value of type bigint',
    ]);
  });

  test('numeric keeps the scale of each value; one scale or a declared one stays in integers', () => {
    expect(decodeColumn(T.numeric, ['1.50', '1.5', '1e400', '-0.00', 'null'])).toEqual([
      '1.50',
      '1.5',
      `1${'0'.repeat(400)}`,
      '0.00',
      null,
    ]);
    expect(decodeColumn({kind: 'numeric', precision: 5, scale: 2}, ['1', '2.345', '-2.345', '999.994'])).toEqual([
      '1.00',
      '2.35',
      '-2.35',
      '999.99',
    ]);
    const overflow = '!A field with precision 5, scale 2 must round to an absolute value less than 10^3.';
    expect(decodeColumn({kind: 'numeric', precision: 5, scale: 2}, ['999.995', '12345678901234567890.1'])).toEqual([overflow, overflow]);
  });

  test('timestamps: ISO 8601 with offsets applied, or epoch numbers by option', () => {
    const micros = 1_700_000_000_270_000n;
    const iso = [
      '"2023-11-14 22:13:20.27"',
      '"2023-11-14T22:13:20.270000Z"',
      '"2023-11-15T00:13:20.27+02:00"',
      '"2023-11-14 17:13:20.2700004-05"',
    ];
    expect(decodeColumn(T.timestamp, iso)).toEqual([micros, micros, micros, micros]);
    expect(decodeColumn(T.timestamptz, ['"2023-11-14"', '"infinity"', '"2023-11-14T24:00"'])).toEqual([
      1699920000000000n,
      2n ** 63n - 1n,
      1700006400000000n,
    ]);
    expect(decodeColumn(T.timestamp, ['1700000000270', '"2023-02-29"'])).toEqual([
      '!the number 1700000000270 is no value of type timestamp without time zone (the option timestamp_format says what numbers are: epoch_s, epoch_ms, epoch_us or epoch_ns)',
      '!the string "2023-02-29" is no value of type timestamp without time zone',
    ]);
    const epoch = (timestampFormat: JsonOptions['timestampFormat'], ...values: string[]) =>
      decodeColumn(T.timestamp, values, {timestampFormat});
    expect(epoch('epoch_s', '1700000000', '1700000000.27')).toEqual([1_700_000_000_000_000n, micros]);
    expect(epoch('epoch_ms', '1700000000270', '-1')).toEqual([micros, -1000n]);
    expect(epoch('epoch_us', '1700000000270000')).toEqual([micros]);
    expect(epoch('epoch_ns', '1700000000270000499', '1700000000270000500', '-1', '-501', '1.5e3')).toEqual([
      micros,
      micros + 1n,
      0n,
      -1n,
      2n,
    ]);
    expect(epoch('epoch_s', '1e300')).toEqual(['!1e300 is out of range for type timestamp without time zone']);
  });

  test('bytea, uuid, interval, jsonb, char(n) and arrays', () => {
    expect(decodeColumn(T.bytea, ['"AQID"', '"AQI"', String.raw`"\\xff00"`, '"*"'])).toEqual([
      '\\x010203',
      '\\x0102',
      '\\xff00',
      '!the string "*" is no value of type bytea',
    ]);
    expect(decodeColumn(T.uuid, ['"6F9619FF-8B86-D011-B42D-00C04FC964FF"', '"6f9619ff8b86d011b42d00c04fc964ff"', '"6f96"'])).toEqual([
      '6f9619ff-8b86-d011-b42d-00c04fc964ff',
      '6f9619ff-8b86-d011-b42d-00c04fc964ff',
      '!invalid input syntax for type uuid: "6f96"',
    ]);
    expect(decodeColumn(T.interval, ['"1 day 2 hours"', '"PT5M"'])).toEqual(['1 day 02:00:00', '00:05:00']);
    expect(decodeColumn(T.jsonb, ['{"b": 1, "a": [1.0, null]}', '"x"', '3', 'null'])).toEqual([
      '{"a": [1.0, null], "b": 1}',
      '"x"',
      '3',
      null,
    ]);
    expect(decodeColumn({kind: 'bpchar', length: 3}, ['"a"', '"abcd"'])).toEqual(['a  ', '!value too long for type character(3)']);
    expect(decodeColumn(arrayOf(T.int4), ['[1, 2, null]', '[]', '[1, "x"]'])).toEqual([
      '{1,2,NULL}',
      '{}',
      expect.stringContaining('!the string "x"'),
    ]);
  });

  test('text that PostgreSQL cannot store is refused, whether or not it is read', () => {
    const reasons = ['!text holds \\u0000, which cannot be stored', '!text holds half of a Unicode surrogate pair'];
    expect(decodeColumn(T.text, [String.raw`"\u0000"`, String.raw`"\ud800x"`, String.raw`"\ud83d\ude00"`])).toEqual([...reasons, '😀']);
    const columns = [{name: 'v', type: T.text}];
    const decoder = new JsonDecoder({memory, columns});
    const decoded = decoder.decode(locate([String.raw`{"v":"\ude00"}`, '{"v":1}', '{"v":"ok"}']), decoder.project([]), 64);
    expect([decoded.rows, decoded.errors.map(e => e.column)]).toEqual([1, ['v', 'v']]);
  });
});

describe('records', () => {
  const columns: DecodeColumn[] = [
    {name: 'id', type: T.int8, notNull: true},
    {name: 'datetime', type: T.text},
    {
      name: 'bid',
      type: {
        kind: 'composite',
        fields: [
          {name: 'price', type: T.int8},
          {name: 'tags', type: arrayOf(T.text)},
        ],
      },
    },
  ];

  function refusals(values: readonly (string | null)[]): string[] {
    return decodeWith(new JsonDecoder({memory, columns}), columns, values).errors.map(e => `${e.record} ${e.column}: ${e.reason}`);
  }

  test('what is wrong is named with its path', () => {
    const values = [
      '{"id":1}',
      '{"id":null}',
      null,
      '[1]',
      '{"id":1,',
      '{"id":1} x',
      '{"id":1,"bid":{"price":"x"}}',
      '{"id":1,"bid":{"tags":["a",5]}}',
      '{"id":1,"bid":7}',
      '{"id":1,"DATETIME":"a","dateTime":"b"}',
      `{"id":1,"x":${'['.repeat(600)}${']'.repeat(600)}}`,
    ];
    expect(refusals(values)).toEqual([
      '1 id: null value in column "id", which is NOT NULL',
      '2 id: null value in column "id", which is NOT NULL',
      '3 : the record is no JSON object but an array',
      '4 : invalid JSON: the text ends at character 9 where a key was expected',
      '5 : invalid JSON: found "x" at character 10 where the end of the record was expected',
      expect.stringContaining('6 bid.price: the string "x" is no value of type bigint'),
      '7 bid.tags[2]: the number 5 is no value of type text',
      expect.stringContaining('8 bid: the number 7 is no value of type'),
      '9 datetime: the keys "DATETIME" and "dateTime" both match',
      '10 : JSON nested deeper than 500 levels',
    ]);
  });

  test('a record without value is a row of NULLs, an exact key wins over one that differs in case, the last of equal keys counts', () => {
    const nullable = columns.map(c => ({...c, notNull: false}));
    const decoder = new JsonDecoder({memory, columns: nullable});
    const decoded = decodeWith(decoder, nullable, [
      null,
      '{"dateTime":"a"}',
      '{"DATETIME":"b","datetime":"c"}',
      '{"datetime":"d","datetime":null}',
      '{}',
    ]);
    expect(decoded.rows).toBe(5);
    expect([0, 1, 2, 3, 4].map(row => readValue(memory, decoded.columns[1]!, T.text, row))).toEqual([null, 'a', 'c', null, null]);
    expect(decoder.presence()).toEqual({records: 5, columns: [0, 3, 0]});
  });

  test('text that is not read takes no room in the region', () => {
    const decoder = new JsonDecoder({memory, columns});
    const records = locate(Array.from({length: 100}, (_, i) => `{"id":${i},"datetime":"${'x'.repeat(1000)}"}`));
    expect(decoder.decode(records, decoder.project([{column: 0, path: []}]), 64).usedBytes).toBeLessThan(2000);
    expect(decoder.decode(records, decoder.project([{column: 1, path: []}]), 64).usedBytes).toBeGreaterThan(100_000);
  });
});

import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {jsonArrayLength, jsonAsText, jsonElement, jsonbElement, jsonField, jsonPath, jsonTypeof} from './json-access.ts';
import {validateJson} from './json-parser.ts';
import {compareJsonb} from './jsonb-compare.ts';
import {
  jsonbConcat,
  jsonbContains,
  jsonbDeleteIndex,
  jsonbDeleteKeys,
  jsonbDeletePath,
  jsonbExists,
  jsonbExistsAll,
  jsonbExistsAny,
} from './jsonb-operators.ts';
import {jsonbFromText} from './jsonb.ts';
import {differences, quoted, startOracle, type Case, type PostgresOracle} from './testing/postgres-oracle.ts';

let postgres: PostgresOracle;
beforeAll(async () => void (postgres = await startOracle()));
afterAll(() => postgres.close());
const agrees = async (cases: readonly Case[]) => expect(await differences(postgres, cases)).toEqual([]);

const TEXTS = [
  '1', '-0', '0', '1.0', '1.50', '-1e5', '1E+2', '1e-3', '01', '1.', '.5', '+1', '-', '1e', '1a', 'NaN', '123456789012345678901234567890.123', '0.000', '-0.0', '1e400',
  'true', 'false', 'null', 'True', 'nul', '"a"', '"a', 'a', '""', '"\\n\\t\\"\\\\\\/"', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"', '"\\u0000"', '"\\u12"',
  '"\\x"', '"\n"', '"\u0001"', '"é😀"', '[]', '[1,2,3]', '[1,]', '[,1]', '[1 2]', '[1', ']', '{}', '{"a":1}', '{"a":1,"a":2}', '{"b":1,"a":2,"aa":3,"é":4,"":5}', '{"a"}', '{"a":}',
  '{a:1}', '{"a":1,}', '{,}', '{"a":1 "b":2}', '{1:2}', '{"a":1', '{"a" 1}', '  [ 1 , {"x" : [ ] } ]  ', '1 2', '{} {}', '', ' ', '[[[[1]]]]', '{"a":{"b":{"c":[1,2,{"d":null}]}}}',
  '"\u007f"', '["\\u0041\\u00DF", "/"]', '{"\\u0061":1,"a":2}', '"\\ud83d\\ud83d"', '"\\ud83dx"', '"\u2028"', '\ufeff1', '[1]\u00a0', '-true', '"tab\there"',
]; // prettier-ignore

const random = fc.sample(fc.json({maxDepth: 3}), {numRuns: 120, seed: 7});
const jsonb = (text: string) => `${quoted(text)}::jsonb`;
const J = (text: string) => jsonbFromText(text);

describe('json agrees with PostgreSQL', () => {
  test('which texts are json', () => agrees([...TEXTS, ...random].map(t => [`${quoted(t)}::json`, () => (validateJson(t), t)])));
  test('canonical text of jsonb', () => agrees([...TEXTS, ...random].map(t => [jsonb(t), () => J(t).text])));

  const DOCS = [
    '{"a":1,"b":[1,2,{"c":"x"}],"n":null,"s":"t\\n\\u00e9","":0}', '[10,"a",null,[1,[2]],{"a":"b"}]', '"str"', '5', 'null', 'true', '{}', '[]', '{"1":"one","-1":"minus"}', '["a","b","a"]', '[1,1.0,1.5]',
    '{"a":{"b":{"c":1}}}', '{"a":[{"b":1},{"b":2}]}', '[[1,2],[3]]', ' { "a" : [ 1 , 2 ] , "a" : "later" } ', '["1", 1]', '{"b":[1,2,{"c":"x"}]}', '{"a":1}', '[{"a":"b"}]', '[1,[2]]',
  ]; // prettier-ignore
  const KEYS = ['a', 'b', 'n', 's', '', 'c', '1', '-1', 'é', 'x"y'];
  const PATHS = [
    [],
    ['a'],
    ['b', '2', 'c'],
    ['b', '-1'],
    ['0'],
    ['3', '1', '0'],
    ['-1', 'a'],
    ['a', 'b', 'c'],
    ['a', 'x'],
    ['a', '1', 'b'],
    ['4', 'a'],

    ['0', '1'],
  ];
  const path = (p: readonly string[]) => `ARRAY[${p.map(quoted).join(',')}]::text[]`;

  test.each(['json', 'jsonb'])('access operators on %s', type => {
    const element = type === 'json' ? jsonElement : jsonbElement;
    const read = (t: string) => (type === 'json' ? t : J(t).text);
    return agrees(
      DOCS.flatMap((d): Case[] => [
        ...KEYS.flatMap((k): Case[] => [
          [`${quoted(d)}::${type} -> ${quoted(k)}`, () => jsonField(read(d), k) ?? null],
          [`${quoted(d)}::${type} ->> ${quoted(k)}`, () => jsonAsText(jsonField(read(d), k))],
        ]),
        ...[0, 1, 3, -1, -3, 9, -9].flatMap((i): Case[] => [
          [`${quoted(d)}::${type} -> ${i}`, () => element(read(d), i) ?? null],
          [`${quoted(d)}::${type} ->> ${i}`, () => jsonAsText(element(read(d), i))],
        ]),
        ...PATHS.flatMap((p): Case[] => [
          [`${quoted(d)}::${type} #> ${path(p)}`, () => jsonPath(read(d), p) ?? null],
          [`${quoted(d)}::${type} #>> ${path(p)}`, () => jsonAsText(jsonPath(read(d), p))],
        ]),
        [`${type}_typeof(${quoted(d)})`, () => jsonTypeof(read(d))],
        [`${type}_array_length(${quoted(d)})`, () => String(jsonArrayLength(read(d)))],
      ]),
    );
  });

  test('containment, existence, concatenation, deletion and order of jsonb', () =>
    agrees([
      ...DOCS.flatMap(a =>
        DOCS.flatMap((b): Case[] => [
          [`${jsonb(a)} @> ${jsonb(b)}`, () => String(jsonbContains(J(a), J(b)))],
          [`${jsonb(a)} || ${jsonb(b)}`, () => jsonbConcat(J(a), J(b)).text],
          [`${jsonb(a)} = ${jsonb(b)}`, () => String(compareJsonb(J(a), J(b)) === 0)],
          [`${jsonb(a)} < ${jsonb(b)}`, () => String(compareJsonb(J(a), J(b)) < 0)],
        ]),
      ),
      ...DOCS.flatMap((d): Case[] => [
        ...KEYS.flatMap((k): Case[] => [
          [`${jsonb(d)} ? ${quoted(k)}`, () => String(jsonbExists(J(d), k))],
          [`${jsonb(d)} - ${quoted(k)}`, () => jsonbDeleteKeys(J(d), [k]).text],
        ]),
        [`${jsonb(d)} ?| ARRAY['a', 'zz']`, () => String(jsonbExistsAny(J(d), ['a', 'zz']))],
        [`${jsonb(d)} ?& ARRAY['a', 'b']`, () => String(jsonbExistsAll(J(d), ['a', 'b']))],
        [`${jsonb(d)} - ARRAY['a', 'b']`, () => jsonbDeleteKeys(J(d), ['a', 'b']).text],
        ...[0, -1, 7].map((i): Case => [`${jsonb(d)} - ${i}`, () => jsonbDeleteIndex(J(d), i).text]),
        ...PATHS.map((p): Case => [`${jsonb(d)} #- ${path(p)}`, () => jsonbDeletePath(J(d), p).text]),
      ]),
    ]));

  test('order of random documents', async () => {
    const docs = [...new Set(random)].slice(0, 60);
    await agrees(
      docs.flatMap(a => docs.slice(0, 15).map((b): Case => [`${jsonb(a)} < ${jsonb(b)}`, () => String(compareJsonb(J(a), J(b)) < 0)])),
    );
  });
});

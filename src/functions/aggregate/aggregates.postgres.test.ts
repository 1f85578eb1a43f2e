import {afterAll, beforeAll, expect, test} from 'vitest';
import {toSqlError} from '../../common/sql-error.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {startOracle, type Answer, type PostgresOracle} from '../../types/testing/postgres-oracle.ts';
import {decodeText} from '../../types/text-codec.ts';
import type {AggregateDefinition} from '../definition.ts';
import {detachedContext} from '../evaluation-context.ts';
import {concreteSignature} from '../polymorphism.ts';
import {AGGREGATES, aggregateById, functionById} from '../registry.ts';
import {textOf} from '../scalar/text-of.ts';
import {parameterType} from '../signature.ts';
import {CONCRETE} from '../testing/argument-pools.ts';

const context = detachedContext();

let oracle: PostgresOracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

/** Groups of values by type; NULLs are in some. */
const GROUPS: Readonly<Record<string, readonly (readonly (string | null)[])[]>> = {
  bool: [['true', 'false', null], ['true'], [null]],
  int2: [['1', '2', '32767', null], ['-7'], []],
  int4: [['1', '2', '2147483647', null], ['-7', '-7'], [], [null]],
  int8: [['9223372036854775807', '9223372036854775807'], ['1', '2', '4'], []],
  float4: [['1.5', '2.25', null], ['NaN', '1'], ['Infinity', '1'], []],
  float8: [['1.5', '2.25', null, '-7'], ['NaN', '1'], ['0.1', '0.2', '0.3'], ['5']],
  numeric: [['1.50', '2', null], ['0.1', '0.25', '100'], ['NaN', '1'], ['3']],
  text: [['b', 'a', null, 'é'], ['x'], []],
  bpchar: [['b ', 'a']],
  date: [['2024-01-01', '1999-12-31', null]],
  time: [['10:00:00', '09:00:00']],
  timestamp: [['2024-01-01 00:00:00', '1999-12-31 00:00:00']],
  timestamptz: [['2024-01-01 00:00:00+00', '1999-12-31 00:00:00+00']],
  interval: [
    ['1 day', '02:00:00', null],
    ['1 mon', '-1 day'],
  ],
  bytea: [['\\x00', '\\xff']],
  oid: [['1', '2']],
};
const SECOND = [',', '-', null, '+'];

test('aggregates over a group give what PostgreSQL gives', async () => {
  const cases = AGGREGATES.filter(a => a.oid < 12000).flatMap(casesOf);
  const answers = await oracle.ask(cases.map(({sql}) => sql));
  const wrong = cases.flatMap(({sql, mine}, i) =>
    same(mine, answers[i]!) ? [] : [`${sql}: here ${JSON.stringify(mine)}, PostgreSQL ${JSON.stringify(answers[i])}`],
  );
  expect(cases.length).toBeGreaterThan(150);
  expect(wrong).toEqual([]);
});

test('composed aggregates give the same from their parts as over all rows', () => {
  for (const definition of AGGREGATES) {
    const {lowering} = definition;
    if (lowering.kind !== 'composed') continue;
    const [type] = typesOf(definition);
    for (const group of GROUPS[type!] ?? []) {
      const values = group.map(text => valueOf(type!, text));
      const parts = lowering.parts.map(({aggregate, map}) => {
        const mapped =
          map === undefined
            ? values
            : values.map(value => (value === null ? null : functionById(map).evaluate([value], context, NO_TYPES)));
        return aggregateById(aggregate).evaluate(
          mapped.map(value => [value]),
          context,
          NO_TYPES,
        );
      });
      const final = parts.includes(null) ? null : functionById(lowering.final).evaluate(parts, context, NO_TYPES);
      const whole = definition.evaluate(
        values.map(value => [value]),
        context,
        NO_TYPES,
      );
      expect(final, `${definition.id} of ${group.join()}`).toEqual(whole);
    }
  }
});

const NO_TYPES = {args: [], returns: parameterType('text') as SqlType};

function typesOf(definition: AggregateDefinition): readonly string[] {
  return definition.args.map(arg => CONCRETE[arg.kind] ?? arg.kind);
}

const valueOf = (type: string, text: string | null): Datum =>
  text === null ? null : decodeText(parameterType(type) as SqlType, text, context);

function casesOf(definition: AggregateDefinition) {
  const types = typesOf(definition);
  const [first = 'int4', second] = types;
  return (GROUPS[first] ?? []).map(group => {
    const rows = group.map((text, i) => (second === undefined ? [text] : [text ?? 'k', SECOND[i % SECOND.length] ?? null]));
    const typed = rows.map(row =>
      row.map((text, i) =>
        valueOf(i === 0 ? first : second === 'bytea' ? 'bytea' : 'text', i === 1 && second === 'bytea' ? '\\x2c' : text),
      ),
    );
    const columns = rows.map(
      row =>
        `(${row.map((text, i) => literal(i === 0 ? first : second === 'bytea' ? 'bytea' : 'text', i === 1 && second === 'bytea' ? '\\x2c' : text)).join(', ')})`,
    );
    const args = types.map((_, i) => `c${i}`).join(', ') || '*';
    const from =
      rows.length === 0
        ? `(SELECT ${types.map((type, i) => `NULL::${type} AS c${i}`).join(', ') || '1'} WHERE false) t`
        : `(VALUES ${columns.join(', ')}) t(${types.map((_, i) => `c${i}`).join(', ') || 'c0'})`;
    return {sql: `SELECT ${definition.name}(${args}) FROM ${from}`, mine: evaluate(definition, types, typed)};
  });
}

const literal = (type: string, text: string | null) => (text === null ? `NULL::${type}` : `'${text}'::${type}`);

function evaluate(definition: AggregateDefinition, types: readonly string[], rows: readonly (readonly Datum[])[]): Answer {
  try {
    const signature = concreteSignature(
      definition.args,
      definition.returns,
      types.map(type => parameterType(type) as SqlType),
    );
    if (typeof signature === 'string') throw new Error(signature);
    const value = definition.evaluate(rows, context, signature);
    return {text: value === null ? null : textOf(value, definition.returnType?.(signature.args) ?? signature.returns, context)};
  } catch (error) {
    const {code, message} = toSqlError(error);
    return {code, message};
  }
}

function same(mine: Answer, theirs: Answer): boolean {
  if ('code' in mine || 'code' in theirs) return 'code' in mine && 'code' in theirs && mine.code === theirs.code;
  const [a, b] = [Number(mine.text), Number(theirs.text)];
  return (
    mine.text === theirs.text ||
    (mine.text !== null && theirs.text !== null && theirs.text !== '' && Math.abs(a - b) <= Math.abs(b) * 4e-15)
  );
}

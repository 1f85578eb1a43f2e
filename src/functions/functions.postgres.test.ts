import {afterAll, beforeAll, expect, test} from 'vitest';
import {toSqlError} from '../common/sql-error.ts';
import type {Datum} from '../types/datum.ts';
import type {SqlType} from '../types/sql-type.ts';
import {decodeText} from '../types/text-codec.ts';
import {startOracle, type Answer, type PostgresOracle} from '../types/testing/postgres-oracle.ts';
import type {FunctionDefinition} from './definition.ts';
import {detachedContext} from './evaluation-context.ts';
import type {ParameterType} from './parameter-type.ts';
import {concreteSignature} from './polymorphism.ts';
import {FUNCTIONS} from './registry.ts';
import {textOf} from './scalar/text-of.ts';
import {parameterType} from './signature.ts';
import {CONCRETE, POOLS, SPECIAL} from './testing/argument-pools.ts';
import {knownDifference} from './testing/known-differences.ts';

const CALLS_PER_FUNCTION = Number(process.env['MILLRACE_CALLS_PER_FUNCTION'] ?? 24);
const SKIPPED = new Set(['session', 'catalog', 'privileges', 'aggregate parts', 'uuid']);
const ZONE = 'Europe/Berlin';
const context = detachedContext({timeZone: ZONE, now: 1_700_000_000_000_000n});

let oracle: PostgresOracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

type Call = {
  readonly definition: FunctionDefinition;
  readonly texts: readonly (string | null)[];
  readonly sql: string;
  readonly mine: Answer;
};

test('scalar functions give what PostgreSQL gives, errors included', async () => {
  const calls = FUNCTIONS.filter(isTested).flatMap(callsOf);
  const wrong: string[] = [];
  for (let at = 0; at < calls.length; at += 500) {
    const slice = calls.slice(at, at + 500);
    const answers = await oracle.ask(
      slice.map(call => call.sql),
      ZONE,
    );
    for (const [i, call] of slice.entries()) {
      const theirs = answers[i]!;
      if (
        !agrees(call.mine, theirs) &&
        !knownDifference({name: call.definition.name, texts: call.texts, kinds: call.definition.args.map(arg => arg.kind), mine: call.mine})
      ) {
        wrong.push(`${call.definition.id}: ${call.sql}\n    here ${show(call.mine)}\n    PostgreSQL ${show(theirs)}`);
      }
    }
  }
  console.log(`${calls.length} calls of ${FUNCTIONS.filter(isTested).length} functions compared`);
  expect(wrong).toEqual([]);
});

function isTested(f: FunctionDefinition): boolean {
  const oidOfOurs = f.oid >= 12000 && f.oid < 16384 && f.operator === undefined;
  return (
    !SKIPPED.has(f.family) &&
    f.volatility !== 'volatile' &&
    !oidOfOurs &&
    (f.args.length > 0 || f.variadic !== undefined) &&
    f.name !== 'age'
  );
}

function callsOf(definition: FunctionDefinition): Call[] {
  const parameters = [...definition.args, ...(definition.variadic === undefined ? [] : [definition.variadic, definition.variadic])];
  const pools = parameters.map((parameter, position) => poolOf(definition.name, parameter, position));
  if (pools.some(pool => pool.length === 0)) return [];
  const total = pools.reduce((n, pool) => n * pool.length, 1);
  const wanted = Math.min(total, CALLS_PER_FUNCTION);
  const random = randomNumbers(definition.oid);
  const calls: Call[] = [];
  for (let n = 0; n < wanted; n++) {
    let index = total <= CALLS_PER_FUNCTION ? n : Math.floor(random() * total);
    const texts = pools.map(pool => {
      const text = pool[index % pool.length]!;
      index = Math.floor(index / pool.length);
      return n % 13 === 12 && random() < 0.5 ? null : text;
    });
    calls.push(callOf(definition, parameters, texts));
  }
  return calls;
}

function poolOf(name: string, parameter: ParameterType, position: number): readonly string[] {
  const type = typeNameOf(parameter);
  const special = SPECIAL[`${name}/${position}`] ?? SPECIAL[name];
  const pool = (special ?? POOLS[parameter.kind === 'array' ? type : parameter.kind] ?? []).filter(text => isReadable(type, text));
  return pool.length === 0 ? (POOLS[type] ?? []) : pool;
}

function isReadable(type: string, text: string): boolean {
  try {
    decodeText(parameterType(type) as SqlType, text, context);
    return true;
  } catch {
    return false;
  }
}

function typeNameOf(parameter: ParameterType): string {
  if (parameter.kind === 'array') return `${typeNameOf(parameter.element)}[]`;
  return CONCRETE[parameter.kind] ?? parameter.kind;
}

function callOf(definition: FunctionDefinition, parameters: readonly ParameterType[], texts: readonly (string | null)[]): Call {
  const names = parameters.map(typeNameOf);
  const sqlArgs = texts.map((text, i) =>
    text === null ? `NULL::${sqlName(names[i]!)}` : `'${text.replaceAll("'", "''")}'::${sqlName(names[i]!)}`,
  );
  const [a = '', b = ''] = sqlArgs;
  const {operator} = definition;
  const sql =
    operator === undefined
      ? `${callName(definition.name)}(${sqlArgs.join(', ')})`
      : sqlArgs.length === 1
        ? `${operator} ${a}`
        : `${a} ${operator} ${b}`;
  return {definition, texts, sql, mine: evaluate(definition, parameters, names, texts)};
}

const sqlName = (name: string) => (name === 'char' ? '"char"' : name);
const callName = (name: string) =>
  ['extract', 'position', 'overlay', 'substring', 'overlaps'].includes(name) ? `pg_catalog."${name}"` : `"${name}"`;

function evaluate(
  definition: FunctionDefinition,
  parameters: readonly ParameterType[],
  names: readonly string[],
  texts: readonly (string | null)[],
): Answer {
  try {
    const types = names.map(name => parameterType(name) as SqlType);
    const args = texts.map((text, i): Datum => (text === null ? null : decodeText(types[i]!, text, context)));
    const signature = concreteSignature(parameters, definition.returns, types);
    if (typeof signature === 'string') throw new Error('no signature');
    if (definition.strict && args.includes(null)) return {text: null};
    const value = definition.evaluate(args, context, signature);
    return {text: value === null ? null : textOf(value, signature.returns, context)};
  } catch (error) {
    const {code, message} = toSqlError(error);
    return {code, message};
  }
}

/** Equal texts, or numbers that differ in the last digits where mathematics libraries may. */
function agrees(mine: Answer, theirs: Answer): boolean {
  if ('code' in mine || 'code' in theirs) return 'code' in mine && 'code' in theirs && mine.code === theirs.code;
  if (mine.text === theirs.text) return true;
  const [a, b] = [Number(mine.text), Number(theirs.text)];
  return (
    mine.text !== null && theirs.text !== null && theirs.text !== '' && Math.abs(a - b) <= Math.abs(b) * 4e-15 && /[.e]/.test(theirs.text)
  );
}

function show(answer: Answer): string {
  return 'code' in answer ? `${answer.code} ${answer.message}` : JSON.stringify(answer.text);
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
}

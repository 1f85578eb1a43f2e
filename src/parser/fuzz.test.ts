import fc from 'fast-check';
import {expect, test} from 'vitest';
import {fuzzBudget} from '../common/testing/fuzz-budget.ts';
import {SqlError} from '../common/sql-error.ts';
import {parseStatements} from './parse-statements.ts';
import {printStatement} from './print-sql.ts';
import {ACCEPTED} from './testing/accepted-statements.ts';
import {withoutSpans} from './testing/without-spans.ts';
import {KEYWORD_TYPES} from './tokens/token-types.ts';

/** Whatever comes in, only a SqlError with a position inside the text comes out; what parses also prints. */
function survives(sql: string): void {
  let statements;
  try {
    statements = parseStatements(sql);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    expect(['42601', '0A000', '54001', '22025', '22021']).toContain(error.code);
    expect(error.fields.position).toBeGreaterThanOrEqual(0);
    expect(error.fields.position).toBeLessThanOrEqual(sql.length);
    return;
  }
  for (const {statement} of statements) {
    const printed = printStatement(statement);
    expect(
      parseStatements(printed).map(one => withoutSpans(one.statement)),
      printed,
    ).toEqual([withoutSpans(statement)]);
  }
}

const corpus = Object.values(ACCEPTED).flat();
const pieces = corpus.flatMap(sql => sql.match(/'[^']*'|\w+|\s+|[^\w\s]/g) ?? []);

test('random text', () => {
  fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 60}), survives), fuzzBudget(2000));
});

test('random characters of SQL', () => {
  const characters = fc.constantFrom(...Array.from(`abeux01 ._$'"\\;,()[]<>=+-*/%^&|?!~@#:{}\n\t`));
  fc.assert(
    fc.property(
      fc.array(characters, {maxLength: 40}).map(all => all.join('')),
      survives,
    ),
    fuzzBudget(3000),
  );
});

test('random tokens', () => {
  const tokens = fc.constantFrom(
    ...KEYWORD_TYPES.keys(),
    'a',
    'b',
    '1',
    "'x'",
    '(',
    ')',
    ',',
    '.',
    '=',
    '*',
    '::',
    ';',
    '$1',
    '[',
    ']',
    '||',
  );
  fc.assert(
    fc.property(
      fc.array(tokens, {maxLength: 20}).map(all => all.join(' ')),
      survives,
    ),
    fuzzBudget(3000),
  );
});

test('statements with a piece removed, doubled or replaced', () => {
  const changed = fc.tuple(
    fc.constantFrom(...corpus),
    fc.nat(),
    fc.constantFrom('remove', 'double', 'replace'),
    fc.constantFrom(...pieces),
  );
  fc.assert(
    fc.property(changed, ([sql, at, change, other]) => {
      const parts = sql.match(/'[^']*'|\w+|\s+|[^\w\s]/g) ?? [];
      const i = at % parts.length;
      parts.splice(i, 1, ...(change === 'remove' ? [] : change === 'double' ? [parts[i]!, ' ', parts[i]!] : [other]));
      survives(parts.join(''));
    }),
    fuzzBudget(3000),
  );
});

test('statements cut at any place', () => {
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.nat(), (sql, at) => survives(sql.slice(0, at % sql.length))),
    fuzzBudget(2000),
  );
});

import {describe, expect, test} from 'vitest';
import {parseStatements} from './parse-statements.ts';
import {printStatement} from './print-sql.ts';
import {ACCEPTED} from './testing/accepted-statements.ts';
import {clientStatements, sltStatements, type FixtureStatement} from './testing/fixture-statements.ts';
import {withoutSpans} from './testing/without-spans.ts';

function roundTrip(sql: string): void {
  for (const {statement} of parseStatements(sql)) {
    const printed = printStatement(statement);
    const again = parseStatements(printed);
    expect(
      again.map(one => withoutSpans(one.statement)),
      printed,
    ).toEqual([withoutSpans(statement)]);
  }
}

describe.each(Object.entries(ACCEPTED))('%s', (_area, statements) => {
  test.each(statements)('%s', sql => {
    expect(parseStatements(sql)).toHaveLength(1);
    roundTrip(sql);
  });
});

describe('scripts', () => {
  test('statements keep their own text and start, blanks, comments and empty statements are dropped', () => {
    const sql = " ;; -- first\nselect 1 ;/* a /* nested */ ; */ select ';' -- b\n;";
    expect(parseStatements(sql).map(({text, start}) => [text, start])).toEqual([
      ['select 1', 13],
      ["select ';'", 46],
    ]);
  });

  test('an empty text has no statements', () => {
    expect(parseStatements('')).toEqual([]);
    expect(parseStatements(' -- nothing')).toEqual([]);
  });

  test('spans count from the beginning of the script', () => {
    const sql = 'select 1; select abc from t';
    const second = parseStatements(sql)[1]!.statement;
    if (second.kind !== 'query' || second.body.kind !== 'select') throw new Error('not a select');
    const {span} = second.body.items[0]!.expression;
    expect(sql.slice(span.start, span.end)).toBe('abc');
    expect(sql.slice(second.span.start, second.span.end)).toBe('select abc from t');
  });
});

test('ten thousand rows of VALUES parse in a moment', () => {
  const sql = `INSERT INTO t VALUES ${Array.from({length: 10_000}, (_, i) => `(${i}, 'name ${i}', ${i}.5)`).join(',')}`;
  const start = performance.now();
  parseStatements(sql);
  expect(performance.now() - start).toBeLessThan(2000);
});

const fixtures = process.env['MILLRACE_FIXTURES'];

/** In recorded texts: statements of PostgreSQL that are not ours. */
const UNSUPPORTED = [/^alter user /i, /^do \$\$/i];

describe.skipIf(fixtures === undefined)('fixtures (MILLRACE_FIXTURES)', () => {
  function failures(statements: readonly FixtureStatement[]): string[] {
    return statements.flatMap(({file, sql}) => {
      try {
        roundTrip(sql);
        return [];
      } catch (error) {
        return [`${file}: ${error instanceof Error ? error.message : String(error)}: ${sql.trim().slice(0, 200)}`];
      }
    });
  }

  test('every statement that a PostgreSQL client sends parses and prints', () => {
    const statements = clientStatements(`${fixtures}/pg-client-queries`).filter(one => !one.fails);
    expect(statements.length).toBeGreaterThan(1500);
    expect(failures(statements.filter(({sql}) => !UNSUPPORTED.some(pattern => pattern.test(sql.trim()))))).toEqual([]);
  });

  test('at least 95 % of the third-party suite parses and prints', () => {
    const statements = sltStatements(`${fixtures}/slt`, 'given.txt').filter(one => !one.fails);
    const failed = failures(statements);
    const parsed = statements.length - failed.length;
    console.log(`${parsed} of ${statements.length} statements parsed`, ...failed.map(text => `\n  ${text}`));
    expect(statements.length).toBeGreaterThan(1000);
    expect(parsed / statements.length).toBeGreaterThan(0.95);
  });
});

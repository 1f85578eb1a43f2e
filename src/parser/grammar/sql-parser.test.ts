import {Alternation, type Rule} from 'chevrotain';
import {expect, test} from 'vitest';
import {expectedTokens} from '../expected-tokens.ts';
import {SqlParser} from './sql-parser.ts';

test('the grammar passes the checks that production skips', () => {
  const parser = new SqlParser({errorMessageProvider: expectedTokens, skipValidations: false});
  expect(Object.keys(parser.getGAstProductions()).length).toBeGreaterThan(100);
});

test('no rule is left out by a condition while the grammar is recorded: every rule but the roots is used', () => {
  const rules: Record<string, Rule> = new SqlParser({skipValidations: true}).getGAstProductions();
  const used = new Set<string>();
  const walk = (production: unknown): void => {
    const {nonTerminalName, definition} = production as {nonTerminalName?: string; definition?: unknown[]};
    if (nonTerminalName !== undefined) used.add(nonTerminalName);
    else definition?.forEach(walk);
  };
  Object.values(rules).forEach(walk);
  expect(Object.keys(rules).filter(name => !used.has(name))).toEqual(['script', 'wholeExpression', 'wholeTypeName']);
  expect(Object.values(rules).some(rule => rule.definition.some(part => part instanceof Alternation))).toBe(true);
});

import type {TokenType} from 'chevrotain';
import {sqlError} from '../../common/sql-error.ts';
import {T} from '../tokens/token-types.ts';
import {characterClass, DIGIT, LETTER} from './character-class.ts';

export type ScannedNumber = {readonly type: TokenType; readonly text: string; readonly end: number};

const NUMBER = /(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;

/** The number that begins at `start` with a digit or a point before a digit. */
export function scanNumber(sql: string, start: number): ScannedNumber {
  let digits = start;
  while (characterClass(sql.charCodeAt(digits)) === DIGIT) digits++;
  if (digits > start && !goesOn(sql, digits)) return {type: T.Integer, text: sql.slice(start, digits), end: digits};
  NUMBER.lastIndex = start;
  const text = NUMBER.exec(sql)![0];
  const end = start + text.length;
  if (end < sql.length && characterClass(sql.charCodeAt(end)) === LETTER)
    throw sqlError('syntax_error', `trailing junk after numeric literal at or near "${text}${sql[end]}"`, {position: start});
  if (/^\d+$/.test(text)) return {type: T.Integer, text, end};
  if (/^0[xob]/i.test(text)) return {type: T.Integer, text: BigInt(text).toString(), end};
  return {type: T.Decimal, text, end};
}

/** Whether digits that end here may be more than an integer. */
function goesOn(sql: string, at: number): boolean {
  return at < sql.length && (sql[at] === '.' || characterClass(sql.charCodeAt(at)) === LETTER);
}

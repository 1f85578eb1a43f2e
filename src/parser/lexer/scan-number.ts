import type {TokenType} from 'chevrotain';
import {sqlError} from '../../common/sql-error.ts';
import {T} from '../tokens/token-types.ts';
import {characterClass, LETTER} from './character-class.ts';

export type ScannedNumber = {readonly type: TokenType; readonly text: string; readonly end: number};

const NUMBER = /(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;

/** The number that begins at `start` with a digit or a point before a digit. */
export function scanNumber(sql: string, start: number): ScannedNumber {
  NUMBER.lastIndex = start;
  const text = NUMBER.exec(sql)![0];
  const end = start + text.length;
  if (end < sql.length && characterClass(sql.charCodeAt(end)) === LETTER)
    throw sqlError('syntax_error', `trailing junk after numeric literal at or near "${text}${sql[end]}"`, {position: start});
  if (/^\d+$/.test(text)) return {type: T.Integer, text, end};
  if (/^0[xob]/i.test(text)) return {type: T.Integer, text: BigInt(text).toString(), end};
  return {type: T.Decimal, text, end};
}

import {expect, test} from 'vitest';
import {sqlError} from '../../common/sql-error.ts';
import {characterPosition, writeErrorResponse, writeNoticeResponse} from './error-response.ts';
import {MessageWriter} from './message-writer.ts';

function fields(write: (out: MessageWriter) => void): string[] {
  const out = new MessageWriter();
  write(out);
  const bytes = out.take();
  expect(bytes.readInt32BE(1)).toBe(bytes.length - 1);
  expect(bytes.at(-1)).toBe(0);
  return bytes.toString('utf8', 5, bytes.length - 2).split('\0');
}

test('an error carries severity, code, message and what else is known', () => {
  const error = sqlError('undefined_column', 'column "x" does not exist', {
    position: 7,
    hint: 'Look again.',
    detail: 'None.',
    table: 't',
    column: 'x',
  });
  expect(fields(out => writeErrorResponse(out, error, 'ERROR', 'select x'))).toEqual([
    'SERROR',
    'VERROR',
    'C42703',
    'Mcolumn "x" does not exist',
    'DNone.',
    'HLook again.',
    'P8',
    'tt',
    'cx',
  ]);
});

test('a notice is no error', () => {
  const out = new MessageWriter();
  writeNoticeResponse(out, {severity: 'WARNING', code: '25001', message: 'there is already a transaction in progress', fields: {}});
  expect(out.take().toString('latin1', 0, 1)).toBe('N');
});

test('a zero in a message cannot end the field early for the client', () => {
  expect(fields(out => writeErrorResponse(out, sqlError('syntax_error', 'at "a\0b"'), 'ERROR'))).toContain('Mat "a');
});

test('positions count characters, not UTF-16 units', () => {
  const sql = "select '😀é😀', x";
  expect(characterPosition(sql.indexOf('x'), sql)).toBe(Array.from(sql).indexOf('x') + 1);
  expect(characterPosition(0, sql)).toBe(1);
  expect(characterPosition(3, undefined)).toBe(4);
  for (let offset = 0; offset < sql.length; offset++) {
    const unit = sql.charCodeAt(offset);
    if (unit >= 0xdc00 && unit <= 0xdfff) continue; // nothing starts inside a pair
    expect(characterPosition(offset, sql)).toBe(Array.from(sql.slice(0, offset)).length + 1);
  }
});

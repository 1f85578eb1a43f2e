import type {SqlError, SqlErrorFields} from '../../common/sql-error.ts';
import type {MessageWriter} from './message-writer.ts';

const ERROR_RESPONSE = 0x45;
const NOTICE_RESPONSE = 0x4e;

/** Field codes of ErrorResponse and NoticeResponse (PostgreSQL 55.8). */
const FIELD = {
  severity: 0x53, // S
  severityUntranslated: 0x56, // V
  code: 0x43, // C
  message: 0x4d, // M
  detail: 0x44, // D
  hint: 0x48, // H
  position: 0x50, // P
  table: 0x74, // t
  column: 0x63, // c
  constraint: 0x6e, // n
} as const;

/** `sql` is the text that the error's position counts in; without it positions behind characters outside the BMP come out too high. */
export function writeErrorResponse(out: MessageWriter, error: SqlError, severity: 'ERROR' | 'FATAL', sql?: string): void {
  writeReport(out, ERROR_RESPONSE, severity, error.code, error.message, error.fields, sql);
}

export type NoticeReport = {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
};

export function writeNoticeResponse(out: MessageWriter, notice: NoticeReport, sql?: string): void {
  writeReport(out, NOTICE_RESPONSE, notice.severity, notice.code, notice.message, notice.fields, sql);
}

function writeReport(
  out: MessageWriter,
  type: number,
  severity: string,
  code: string,
  message: string,
  fields: SqlErrorFields,
  sql: string | undefined,
): void {
  out.begin(type);
  writeField(out, FIELD.severity, severity);
  writeField(out, FIELD.severityUntranslated, severity);
  writeField(out, FIELD.code, code);
  writeField(out, FIELD.message, message);
  writeField(out, FIELD.detail, fields.detail);
  writeField(out, FIELD.hint, fields.hint);
  if (fields.position !== undefined) writeField(out, FIELD.position, String(characterPosition(fields.position, sql)));
  writeField(out, FIELD.table, fields.table);
  writeField(out, FIELD.column, fields.column);
  writeField(out, FIELD.constraint, fields.constraint);
  out.byte(0);
  out.end();
}

function writeField(out: MessageWriter, field: number, value: string | undefined): void {
  if (value === undefined) return;
  out.byte(field);
  out.cstring(value);
}

/** From a 0-based offset in UTF-16 units to the protocol's 1-based count of characters. */
export function characterPosition(offset: number, sql: string | undefined): number {
  let position = offset + 1;
  const end = Math.min(offset, sql?.length ?? 0);
  for (let i = 1; i < end; i++) {
    if (isHighSurrogate(sql?.charCodeAt(i - 1)) && isLowSurrogate(sql?.charCodeAt(i))) position--;
  }
  return position;
}

const isHighSurrogate = (unit: number | undefined): boolean => unit !== undefined && (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number | undefined): boolean => unit !== undefined && (unit & 0xfc00) === 0xdc00;

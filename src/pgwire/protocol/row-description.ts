import type {MessageWriter} from './message-writer.ts';

const ROW_DESCRIPTION = 0x54;

/** What RowDescription says of a column; sizes and modifiers as in pg_type.typlen and pg_attribute.atttypmod. */
export type RowField = {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typeModifier: number;
};

/** `formats` as in Bind: none = all text, one = for every column, else one each. */
export function writeRowDescription(out: MessageWriter, fields: readonly RowField[], formats: readonly number[]): void {
  out.begin(ROW_DESCRIPTION);
  out.int16(fields.length);
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) continue;
    out.cstring(field.name);
    out.int32(field.tableOid);
    out.int16(field.columnNumber);
    out.int32(field.typeOid);
    out.int16(field.typeSize);
    out.int32(field.typeModifier);
    out.int16(formats.length === 1 ? (formats[0] ?? 0) : (formats[i] ?? 0));
  }
  out.end();
}

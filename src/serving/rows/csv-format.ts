import type {Column} from '../../runtime/batch/column.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {LineFormat} from './line-encoder.ts';
import type {NamedColumn} from './named-column.ts';
import {RowWriter} from './row-writer.ts';
import {valueWriter, type ValueWriter} from './value-writer.ts';

export type CsvOptions = {readonly delimiter: string; readonly header: boolean};

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Their text has neither quotes nor line breaks, and no delimiter but one that is among these characters. */
const PLAIN = new Set(['bool', 'int2', 'int4', 'int8', 'numeric', 'date', 'time', 'timestamp', 'timestamptz', 'uuid']);
const PLAIN_CHARACTERS = /[\w .:+-]/;

/** Rows as COPY … TO (FORMAT csv) writes them: NULL is nothing, an empty text is quoted. */
export function csvFormat(columns: readonly NamedColumn[], {delimiter, header}: CsvOptions, settings: TextSettings): LineFormat {
  const separator = Buffer.from(delimiter);
  const quoting: Quoting = {isSpecial: specialBytes(separator[0]!), isAlone: columns.length === 1};
  const isPlain = columns.map(({type}) => PLAIN.has(type.kind) && !PLAIN_CHARACTERS.test(delimiter));
  return {
    columns,
    prefixes: columns.map((_, i) => (i === 0 ? new Uint8Array(0) : separator)),
    nullText: new Uint8Array(0),
    end: Buffer.from('\n'),
    header: header ? headerLine(columns, separator, quoting) : new Uint8Array(0),
    valueWriter(column: number, values: Column): ValueWriter {
      const write = valueWriter(columns[column]!.type, 0, values, settings);
      if (isPlain[column] === true) return write;
      return (w, row) => {
        const start = w.position;
        write(w, row);
        quoteFrom(w, start, quoting);
      };
    },
  };
}

function headerLine(columns: readonly NamedColumn[], separator: Uint8Array, quoting: Quoting): Uint8Array {
  const w = new RowWriter();
  for (const [i, {name}] of columns.entries()) {
    if (i > 0) w.copy(separator, 0, separator.length);
    const start = w.position;
    const bytes = Buffer.from(name);
    w.copy(bytes, 0, bytes.length);
    quoteFrom(w, start, quoting);
  }
  w.ensure(1);
  w.byte(LINE_FEED);
  return w.bytes.slice(0, w.position);
}

/** `isSpecial`: by byte, 1 = must be in quotes, 2 = and doubled. `isAlone`: the only value of its line. */
type Quoting = {readonly isSpecial: Uint8Array; readonly isAlone: boolean};

function specialBytes(delimiter: number): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes[delimiter] = bytes[LINE_FEED] = bytes[CARRIAGE_RETURN] = 1;
  bytes[QUOTE] = 2;
  return bytes;
}

/** Puts what was written from `start` on in quotes, if it must be. */
function quoteFrom(w: RowWriter, start: number, {isSpecial, isAlone}: Quoting): void {
  const end = w.position;
  let {bytes} = w;
  let found = 0;
  for (let i = start; i < end; i++) found |= isSpecial[bytes[i]!]!;
  // `\.` alone on a line would end the data.
  const endsData = isAlone && end - start === 2 && bytes[start] === 92 && bytes[start + 1] === 46;
  if (found === 0 && end > start && !endsData) return;
  let quotes = 0;
  if ((found & 2) !== 0) for (let i = start; i < end; i++) if (bytes[i] === QUOTE) quotes++;
  w.ensure(quotes + 2);
  ({bytes} = w);
  let to = end + quotes + 2;
  w.position = to;
  bytes[--to] = QUOTE;
  for (let from = end - 1; from >= start; from--) {
    const byte = bytes[from]!;
    bytes[--to] = byte;
    if (byte === QUOTE) bytes[--to] = QUOTE;
  }
  bytes[--to] = QUOTE;
}

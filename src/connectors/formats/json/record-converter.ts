import {isUtf8} from 'node:buffer';
import type {Datum} from '../../../types/datum.ts';
import type {ColumnWriter} from './column-writer.ts';
import {convertValue, matchKeys} from './convert-record.ts';
import {describe, type ConversionContext} from './convert-value.ts';
import type {JsonOptions} from './decode-column.ts';
import type {FieldNode, FieldTree} from './field-tree.ts';
import type {JsonNode} from './json-node.ts';
import {parseJson} from './parse-json.ts';
import {RejectedValue} from './rejected-value.ts';

/** Converts what the kernel leaves: whole records and single values, exact and slow, into the same columns. */
export class RecordConverter {
  readonly #tree: FieldTree;
  readonly #options: JsonOptions;

  constructor(tree: FieldTree, options: JsonOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  /** A whole record. Throws RejectedValue. `bytes` undefined = no value: every column NULL. `onKey` is told each column that has its key. */
  writeRecord(
    bytes: Uint8Array | undefined,
    row: number,
    writers: readonly (ColumnWriter | undefined)[],
    onKey: (field: FieldNode) => void,
  ): void {
    if (bytes === undefined) {
      for (const field of this.#tree.roots) if (field.notNull) throw nullIn(field);
      return;
    }
    if (!isUtf8(bytes)) throw new RejectedValue('the record is not UTF-8');
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    const node = parseJson(source);
    if (node.kind !== 'object')
      throw new RejectedValue(`the record is no JSON object but ${node.kind === 'array' ? 'an array' : `a ${node.kind}`}`);
    const values = matchKeys(node, this.#tree.roots, '');
    this.#tree.roots.forEach((field, i) => {
      const value = values[i];
      if (value !== undefined) onKey(field);
      if (value === undefined || value.kind === 'null') {
        if (field.notNull) throw nullIn(field);
      } else this.#write(field, value, source, row, writers);
    });
  }

  /** One value of correct syntax. Throws RejectedValue. */
  writeValue(field: FieldNode, text: string, row: number, writers: readonly (ColumnWriter | undefined)[]): void {
    this.#write(field, parseJson(text), text, row, writers);
  }

  #write(field: FieldNode, node: JsonNode, source: string, row: number, writers: readonly (ColumnWriter | undefined)[]): Datum {
    const context: ConversionContext = {source, path: field.path, options: this.#options};
    let datum: Datum;
    if (field.children.length === 0) datum = convertValue(node, field.type, context);
    else if (node.kind === 'null') datum = null;
    else {
      if (node.kind !== 'object') throw new RejectedValue(describe(node, field.type, context), field.path);
      const values = matchKeys(node, field.children, field.path);
      const items = field.children.map((child, i) => {
        const value = values[i];
        if (value === undefined) return null;
        return this.#write(child, value, source, row, writers);
      });
      datum = {tag: 'row', values: items};
    }
    writers[field.id]?.write(row, datum);
    return datum;
  }
}

function nullIn(field: FieldNode): RejectedValue {
  return new RejectedValue(`null value in column "${field.name}", which is NOT NULL`, field.path);
}

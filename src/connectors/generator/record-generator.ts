import type {SqlType} from '../../types/sql-type.ts';
import type {JsonWriter} from './json-writer.ts';

/** What a kind of generator does: event `number` (0 …) of a sequence that its seed fixes. */
export interface RecordGenerator {
  /** Most bytes that a record takes. */
  readonly maxBytes: number;
  /** Milliseconds since 1970. */
  eventTime(number: number): number;
  /** Writes the event as one JSON object; `lateBy` ms are taken from its time. */
  write(number: number, out: JsonWriter, lateBy: number): void;
}

export type GeneratedColumn = {readonly name: string; readonly type: SqlType};

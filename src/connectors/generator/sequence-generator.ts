import {ascii, type JsonWriter} from './json-writer.ts';
import type {RecordGenerator} from './record-generator.ts';

const N = ascii('{"n":');
const TS = ascii(',"ts":"');
const END = ascii('"}');

/** The numbers 0, 1, 2, … with a time each. */
export class SequenceGenerator implements RecordGenerator {
  readonly maxBytes = 96;
  readonly #baseTime: number;
  readonly #msPerEvent: number;

  constructor({eventsPerSecond, baseTime}: {readonly eventsPerSecond: number; readonly baseTime: number}) {
    this.#baseTime = baseTime;
    this.#msPerEvent = 1000 / eventsPerSecond;
  }

  eventTime(number: number): number {
    return this.#baseTime + Math.floor(number * this.#msPerEvent);
  }

  write(number: number, out: JsonWriter, lateBy: number): void {
    out.raw(N);
    out.integer(number);
    out.raw(TS);
    out.timestamp(this.eventTime(number) - lateBy);
    out.raw(END);
  }
}

import type {AggregateDefinition} from '../definition.ts';
import {aggregate, firstOf} from './aggregate-definer.ts';

/** The greatest of byte strings, by their bytes: one spelling of many, whatever order the rows come in. It has no name that SQL could use. */
export const GREATEST_BYTES: AggregateDefinition = aggregate(
  'greatest_bytes',
  12983,
  'bytea',
  'bytea',
  'The greatest of byte strings',
  rows =>
    firstOf<Uint8Array>(rows).reduce<Uint8Array | null>(
      (greatest, b) => (greatest === null || Buffer.compare(b, greatest) > 0 ? b : greatest),
      null,
    ),
  {id: 'greatest_bytes', lowering: {kind: 'native', accumulator: 'max'}},
);

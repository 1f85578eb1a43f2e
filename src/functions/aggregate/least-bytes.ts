import type {AggregateDefinition} from '../definition.ts';
import {aggregate, firstOf} from './aggregate-definer.ts';

/** The least of byte strings, by their bytes: one spelling of many, whatever order the rows come in. It has no name that SQL could use. */
export const LEAST_BYTES: AggregateDefinition = aggregate(
  'least_bytes',
  12983,
  'bytea',
  'bytea',
  'The least of byte strings',
  rows =>
    firstOf<Uint8Array>(rows).reduce<Uint8Array | null>((least, b) => (least === null || Buffer.compare(b, least) < 0 ? b : least), null),
  {id: 'least_bytes', lowering: {kind: 'native', accumulator: 'min'}},
);

import {T, type SqlType} from '../../types/sql-type.ts';
import type {GeneratorName} from './generator-options.ts';
import type {GeneratedColumn} from './record-generator.ts';

const struct = (fields: Readonly<Record<string, SqlType>>): SqlType => ({
  kind: 'composite',
  fields: Object.entries(fields).map(([name, type]) => ({name, type})),
});
const columns = (fields: Readonly<Record<string, SqlType>>): readonly GeneratedColumn[] =>
  Object.entries(fields).map(([name, type]) => ({name, type}));

/** Names in lower case, so that `bid.dateTime` needs no quotes; JSON keys match without regard to case where none is exact. */
const SCHEMAS: Readonly<Record<GeneratorName, readonly GeneratedColumn[]>> = {
  nexmark: columns({
    event_type: T.int4,
    person: struct({
      id: T.int8,
      name: T.text,
      emailaddress: T.text,
      creditcard: T.text,
      city: T.text,
      state: T.text,
      datetime: T.timestamp,
      extra: T.text,
    }),
    auction: struct({
      id: T.int8,
      itemname: T.text,
      description: T.text,
      initialbid: T.int8,
      reserve: T.int8,
      datetime: T.timestamp,
      expires: T.timestamp,
      seller: T.int8,
      category: T.int8,
      extra: T.text,
    }),
    bid: struct({auction: T.int8, bidder: T.int8, price: T.int8, channel: T.text, url: T.text, datetime: T.timestamp, extra: T.text}),
  }),
  ecommerce: columns({
    order_id: T.int8,
    customer_id: T.int8,
    product_id: T.int4,
    product: T.text,
    category: T.text,
    quantity: T.int4,
    unit_price: {kind: 'numeric', precision: 10, scale: 2},
    amount: {kind: 'numeric', precision: 12, scale: 2},
    status: T.text,
    country: T.text,
    ordered_at: T.timestamp,
  }),
  sequence: columns({n: T.int8, ts: T.timestamp}),
};

/** The columns of a generator's stream that is created without any. */
export function generatorSchema(name: GeneratorName): readonly GeneratedColumn[] {
  return SCHEMAS[name];
}

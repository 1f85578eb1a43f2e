import type {WatermarkFact} from '../../catalog/system/runtime-facts.ts';
import type {Datum} from '../../types/datum.ts';
import {T} from '../../types/sql-type.ts';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {ResultColumn} from './analyzed-statement.ts';
import type {StatementContext} from './statement-context.ts';

export const WATERMARK_COLUMNS: readonly ResultColumn[] = [
  {name: 'stream', type: T.text},
  {name: 'partition', type: T.int4},
  {name: 'watermark', type: T.timestamptz},
  {name: 'lag', type: T.interval},
  {name: 'last_seen', type: T.timestamptz},
  {name: 'idle', type: T.bool},
  {name: 'holds_back', type: T.bool},
];

/** How far each partition of each stream with a watermark has come, and which one the stream waits for. */
export function watermarkFacts({clocks, time}: DataflowStatus): WatermarkFact[] {
  return clocks.flatMap(({relation, partitions}) => {
    const least = Math.min(...partitions.map(p => (p.idle ? Infinity : p.watermark)));
    return partitions.map(({partition, watermark, seen, idle}) => ({
      relation,
      partition,
      watermark: known(watermark),
      lag: Number.isFinite(watermark) ? BigInt(Math.round(time - watermark)) : undefined,
      lastSeen: known(seen),
      idle,
      holdsBack: !idle && watermark === least,
    }));
  });
}

const known = (time: number): bigint | undefined => (Number.isFinite(time) ? BigInt(Math.round(time)) : undefined);

/**
 * SHOW WATERMARKS: of each stream its own, partition NULL, and those of its partitions. `only` = the id of a relation; undefined = every
 * stream.
 */
export async function watermarkRows(only: number | undefined, {session, services}: StatementContext): Promise<Datum[][]> {
  const status = (await services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  const facts = watermarkFacts(status);
  const streams = status.clocks
    .flatMap(clock => {
      const relation = session.catalog.relation(clock.relation);
      return relation === undefined || (only !== undefined && relation.id !== only) ? [] : [{clock, relation}];
    })
    .sort((a, b) => (a.relation.schema + a.relation.name < b.relation.schema + b.relation.name ? -1 : 1));
  return streams.flatMap(({clock: {relation: id, watermark, partitions}, relation: {name}}) => {
    const seen = Math.max(-Infinity, ...partitions.map(p => p.seen));
    const lag = Number.isFinite(watermark) ? BigInt(Math.round(status.time - watermark)) : undefined;
    const whole = [name, null, known(watermark) ?? null, interval(lag), known(seen) ?? null, partitions.every(p => p.idle), null];
    const own = facts.filter(f => f.relation === id);
    return [whole, ...own.map(f => [name, f.partition, f.watermark ?? null, interval(f.lag), f.lastSeen ?? null, f.idle, f.holdsBack])];
  });
}

const interval = (micros: bigint | undefined): Datum => (micros === undefined ? null : {tag: 'interval', months: 0, days: 0, micros});

import type {Stream} from '../../catalog/relation.ts';
import type {Catalog} from '../../catalog/catalog.ts';
import {watermarkDelay} from '../../planner/time/watermark-delay.ts';
import {formatTimestamptz} from '../../types/date-time-text.ts';
import {formatInterval} from '../../types/interval-text.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {ClockNeed} from '../dataflow/time/open-window.ts';
import type {PartitionClock} from '../dataflow/time/stream-clock.ts';

type View = DataflowStatus['views'][number];
type Context = {readonly catalog: Catalog; readonly settings: TextSettings; readonly status: DataflowStatus};

/** What a view with EMIT ON WINDOW CLOSE waits for, in words; undefined = for nothing. */
export function waitText({openWindow}: View, context: Context): string | undefined {
  if (openWindow === undefined) return undefined;
  const {needs} = openWindow;
  const window = windowText(openWindow, timeText(context));
  const reasons = needs.flatMap(need => needText(need, window, context) ?? []);
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

function windowText({start, end}: NonNullable<View['openWindow']>, at: (micros: number) => string): string {
  if (start === undefined) return `the window that ends at ${at(end)}`;
  return end === undefined ? `the group of ${at(start)}` : `window [${at(start)}, ${at(end)})`;
}

const timeText =
  ({settings}: Context) =>
  (micros: number): string =>
    formatTimestamptz(BigInt(Math.round(micros)), settings);

/** Undefined: this clock has come far enough. */
function needText({stream: id, at: needed}: ClockNeed, window: string, context: Context): string | undefined {
  const {catalog, status} = context;
  const at = timeText(context);
  if (id === undefined) return status.time >= needed ? undefined : `${window} closes at ${at(needed)}`;
  const stream = catalog.relation(id);
  const clock = status.clocks.find(c => c.relation === id);
  if (stream?.kind !== 'stream' || stream.time === undefined || clock === undefined || clock.watermark >= needed) return undefined;
  const delay = watermarkDelay(stream, catalog);
  const reaches = delay === undefined ? `has a watermark of ${at(needed)}` : `reaches ${at(needed + delay)}`;
  const holders = clock.partitions.filter(p => !p.idle && p.watermark < needed);
  const [holder] = holders.sort((a, b) => a.watermark - b.watermark);
  if (holder === undefined) return silentText(stream, stream.time, clock.partitions, {window, reaches, needed}, context);
  const isOnly = clock.partitions.length === 1;
  const whose = isOnly ? stream.name : `partition ${holder.partition} of ${stream.name}`;
  if (!holder.isReadToEnd) return `${whose} has not been read to its end; ${window} closes when it ${reaches}`;
  const others = holders.length > 1 ? ` and ${holders.length - 1} more` : '';
  const instead =
    isOnly && stream.time.onIdle === 'wait' ? '' : `, or has been silent for idle_timeout = '${durationText(stream.time.idleTimeout)}'`;
  return `${whose}${others} ${others === '' ? 'has' : 'have'} had no record since ${at(holder.seen)}; ${window} closes when it ${reaches}${instead}`;
}

/** All partitions are idle. */
function silentText(
  {name}: Stream,
  {onIdle}: NonNullable<Stream['time']>,
  partitions: readonly PartitionClock[],
  {window, reaches, needed}: {readonly window: string; readonly reaches: string; readonly needed: number},
  context: Context,
): string {
  const at = timeText(context);
  const seen = Math.max(-Infinity, ...partitions.map(p => p.seen));
  const silence = Number.isFinite(seen) ? `${name} has been silent since ${at(seen)}` : `${name} has had no record`;
  if (onIdle === 'wait') return `${silence}; ${window} closes when it ${reaches} (on_idle = 'advance' would let the clock close it)`;
  const greatest = Math.max(...partitions.map(p => p.watermark));
  return `${silence}, so its watermark goes on with the clock; ${window} closes at ${at(seen + needed - greatest)}`;
}

const durationText = (micros: number): string => formatInterval({tag: 'interval', months: 0, days: 0, micros: BigInt(micros)});

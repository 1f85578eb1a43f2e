import type {BoundSpec} from '../../catalog/column-time.ts';
import {formatInterval} from '../../types/interval-text.ts';

/** A bound for people: `watermark(bids) - 00:00:05`. */
export function formatBound(bound: BoundSpec, relationName: (id: number) => string): string {
  switch (bound.kind) {
    case 'watermark':
      return `watermark(${relationName(bound.stream)})${bound.lateness ? ` - ${micros(bound.lateness)}` : ''}`;
    case 'step-time':
      return 'now';
    case 'shift':
      return `${formatBound(bound.of, relationName)} ${bound.by < 0 ? '-' : '+'} ${micros(Math.abs(bound.by))}`;
    case 'floor':
      return `floor(${formatBound(bound.of, relationName)}, ${micros(bound.size)})`;
    case 'min':
      return bound.of.length === 0 ? 'the end' : `least(${bound.of.map(b => formatBound(b, relationName)).join(', ')})`;
  }
}

const micros = (value: number) => formatInterval({tag: 'interval', months: 0, days: 0, micros: BigInt(value)});

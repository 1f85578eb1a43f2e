import type {Column} from '../../catalog/column.ts';
import type {Sink} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {DeliveryTarget} from '../../connectors/sink-target.ts';
import {fileTarget} from './file-target.ts';

/** Where a sink's rows go: nowhere, or to a target that they are delivered to exactly once. Errors: those of its options. */
type SinkConnector = (sink: Sink, columns: readonly Pick<Column, 'name'>[]) => DeliveryTarget | undefined;

const CONNECTORS: Readonly<Record<string, SinkConnector>> = {
  blackhole: () => undefined,
  filesystem: fileTarget,
};

export function sinkConnector(name: string, position: number): SinkConnector {
  const connector = Object.hasOwn(CONNECTORS, name) ? CONNECTORS[name] : undefined;
  if (connector !== undefined) return connector;
  throw sqlError('feature_not_supported', `sink connector "${name}" is not supported yet`, {
    position,
    hint: `Supported: ${Object.keys(CONNECTORS)
      .map(known => `connector = '${known}'`)
      .join(', ')}.`,
  });
}

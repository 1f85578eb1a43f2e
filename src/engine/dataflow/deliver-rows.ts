import {FileOutput} from '../../connectors/files/file-output.ts';
import type {DeliveryTarget} from '../../connectors/sink-target.ts';
import {csvFormat} from '../../serving/rows/csv-format.ts';
import {jsonFormat} from '../../serving/rows/json-format.ts';
import {LineEncoder} from '../../serving/rows/line-encoder.ts';
import {PartitionPaths} from '../../serving/rows/partition-paths.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {UTC_SETTINGS} from '../../types/text-settings.ts';
import type {ViewSpec} from './commands.ts';
import {FileSink} from './file-sink.ts';

/** The operator that takes the rows of a sink with this target. A connector to come has its own beside `FileSink`. */
export function deliverRows(
  {relation, name, plan, columns}: ViewSpec,
  target: DeliveryTarget,
  {files, now}: {readonly files: FileLayer; readonly now: () => number},
): FileSink {
  const all = columns.map((column, ordinal) => ({ordinal, name: column, type: plan.types[ordinal]!}));
  const written = all.filter(({ordinal}) => !target.partitionBy.includes(ordinal));
  const format = target.format === 'csv' ? csvFormat(written, target, UTC_SETTINGS) : jsonFormat(written, UTC_SETTINGS);
  const partitions = target.partitionBy.map(ordinal => all[ordinal]!);
  return new FileSink({
    name,
    output: new FileOutput({files, target, relation, name, header: format.header}),
    encoder: new LineEncoder(format),
    paths: partitions.length === 0 ? undefined : new PartitionPaths(partitions, UTC_SETTINGS),
    now,
  });
}

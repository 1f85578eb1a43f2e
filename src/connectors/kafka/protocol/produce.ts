import type {WireReader} from './wire-reader.ts';
import type {WireWriter} from './wire-writer.ts';

/** Everything of a Produce request v7 before the record batch itself; one topic, one partition. */
export function writeProduceHead(
  writer: WireWriter,
  request: {topic: string; partition: number; acks: -1 | 0 | 1; batchLength: number},
): void {
  writer.nullableString(null, false).int16(request.acks).int32(30_000);
  writer.int32(1).string(request.topic, false).int32(1).int32(request.partition).int32(request.batchLength);
}

export function readProduceResponse(reader: WireReader): {error: number; baseOffset: number} {
  reader.arrayLength(false, 6);
  reader.string(false);
  reader.arrayLength(false, 30);
  reader.int32();
  return {error: reader.int16(), baseOffset: reader.int64()};
}

import {isUtf8} from 'node:buffer';
import {decodeRecordHeaders} from '../../connectors/kafka/protocol/record-headers.ts';

/**
 * A record's headers as canonical jsonb text: `[{"key": "k", "value": "v"}, …]` in their order. A value that is not UTF-8 is shown as
 * `\x` and hexadecimal digits.
 */
export function headersToJson(section: Uint8Array): Uint8Array {
  const pairs = decodeRecordHeaders(section, 0, section.length).map(({key, value}) => {
    const shown = value === null ? null : isUtf8(value) ? Buffer.from(value).toString() : `\\x${Buffer.from(value).toString('hex')}`;
    return `{"key": ${JSON.stringify(key)}, "value": ${JSON.stringify(shown)}}`;
  });
  return Buffer.from(`[${pairs.join(', ')}]`);
}

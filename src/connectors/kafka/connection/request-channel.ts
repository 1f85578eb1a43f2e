import type {ApiName} from '../protocol/api-key.ts';
import type {WireReader} from '../protocol/wire-reader.ts';
import type {WireWriter} from '../protocol/wire-writer.ts';

/** Something that sends requests to one broker. */
export interface RequestChannel {
  readonly broker: string;
  readonly closed: boolean;
  request<T>(
    api: ApiName,
    write: (writer: WireWriter, version: number) => void,
    read: (reader: WireReader, version: number) => T,
  ): Promise<T>;
}

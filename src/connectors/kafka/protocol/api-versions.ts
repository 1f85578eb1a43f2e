import type {ApiVersionRanges} from './api-key.ts';
import {errorName} from './error-code.ts';
import {MalformedResponse, type WireReader} from './wire-reader.ts';

/** ApiVersions response v0 (the request has no body). */
export function readApiVersions(reader: WireReader): ApiVersionRanges {
  const error = reader.int16();
  if (error !== 0) throw new MalformedResponse(`ApiVersions answered ${errorName(error)}`);
  const ranges = new Map<number, {min: number; max: number}>();
  for (let count = reader.arrayLength(false, 6); count > 0; count--) {
    ranges.set(reader.int16(), {min: reader.int16(), max: reader.int16()});
  }
  return ranges;
}

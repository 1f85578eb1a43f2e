import {closeSync, openSync, writeSync} from 'node:fs';
import {expect} from 'vitest';

/** Takes all the room that the disk of a file has left. */
export function fillDisk(file: string): void {
  const descriptor = openSync(file, 'w');
  const piece = new Uint8Array(4096);
  try {
    for (;;) writeSync(descriptor, piece);
  } catch (error) {
    expect((error as {code?: string}).code).toBe('ENOSPC');
  } finally {
    closeSync(descriptor);
  }
}

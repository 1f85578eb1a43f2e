import {expect, test} from 'vitest';
import {seededIntegers} from '../../common/testing/seeded-random.ts';
import {formatTimestamp} from '../../types/date-time-text.ts';
import {RowWriter} from './row-writer.ts';
import {FIRST_PLAIN_MICROS, LAST_PLAIN_MICROS, writeTimestamp} from './temporal-text.ts';

test('timestamps are written as they are formatted, whatever was written before', () => {
  const random = seededIntegers(1);
  const w = new RowWriter(64);
  let micros = 0;
  for (let i = 0; i < 20_000; i++) {
    const kind = random(6);
    if (kind === 0) micros = FIRST_PLAIN_MICROS + random(2 ** 31) * (random(2) === 0 ? 1 : 140_000_000);
    else if (kind === 1) micros = Math.floor(micros / 60_000_000) * 60_000_000 + random(3) - 1;
    else micros += random(2) === 0 ? random(5_000_000) : random(60) * 1_000_000 - 30_000_000;
    micros = Math.min(LAST_PLAIN_MICROS, Math.max(FIRST_PLAIN_MICROS, micros));
    w.position = 0;
    w.ensure(48);
    writeTimestamp(w, micros);
    expect(Buffer.from(w.bytes.subarray(0, w.position)).toString()).toBe(formatTimestamp(BigInt(micros)));
  }
});

import {expect, test} from 'vitest';
import {seededRandom} from '../../../common/testing/seeded-random.ts';
import {ClockRefusals} from './clock-refusals.ts';

test('what was refused is found, also after a checkpoint and told twice, and nothing else', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 20; round++) {
    let refusals = new ClockRefusals();
    const told = new Set<number>();
    for (let offset = 0; offset < 200; offset++) {
      if (random() < 0.4) told.add(offset);
      if (!told.has(offset)) continue;
      refusals.add(1, offset);
      if (random() < 0.2) refusals.add(1, Math.max(...[...told].filter(o => o <= offset)));
      if (random() > 0.05) continue;
      const restored = new ClockRefusals();
      restored.restore(JSON.parse(JSON.stringify(refusals.state())) as ReturnType<ClockRefusals['state']>);
      refusals = restored;
    }
    for (let offset = -1; offset < 201; offset++) expect(refusals.has(1, offset)).toBe(told.has(offset));
    expect(refusals.has(0, 5)).toBe(false);
  }
});

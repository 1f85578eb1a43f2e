import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {InlineEngine} from '../../src/engine/testing/inline-engine.ts';
import {parseSlt} from '../slt/parse-slt.ts';
import {runSlt, type Disturbance} from '../slt/run-slt.ts';

const SEED = Number(process.env['MILLRACE_SLT_SEED'] ?? 20261128);

/** How a file is run: what befalls the engine between its statements. */
const MODES: Readonly<Record<string, (random: () => number) => Disturbance>> = {
  'as written': () => async engine => engine,
  'with a restart after every statement': () => engine => engine.restart(),
  'with checkpoints, kills and power cuts': random => async engine => {
    if (random() < 0.2) await engine.services.checkpoint();
    return random() < 0.3 ? engine.crash({power: random() < 0.5}) : engine;
  },
};

const running: InlineEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

const files = readdirSync(import.meta.dirname, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.slt'));
for (const file of files.sort()) {
  describe(file, () => {
    const records = parseSlt(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
    for (const [mode, disturbanceOf] of Object.entries(MODES)) {
      test(mode, async () => {
        expect(records.length).toBeGreaterThan(0);
        const disturb = disturbanceOf(randomNumbers(SEED));
        try {
          running.push(await runSlt(records, await InlineEngine.start(), disturb));
        } catch (error) {
          throw new Error(`${file}, seed ${SEED}, ${(error as Error).message}`, {cause: error});
        }
      });
    }
  });
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

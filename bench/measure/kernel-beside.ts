import {spawn, type ChildProcess} from 'node:child_process';
import path from 'node:path';
import {median} from './statistics.ts';

/** 6 to 15 ms. */
const RECORDS = 6000;

/** The fixed kernel on the core of what is measured, again and again while that runs: cores change their speed from one second to the next. */
export class KernelBeside {
  readonly #child: ChildProcess;
  #figures: number[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static start(core: number): KernelBeside {
    const script = path.join(import.meta.dirname, '..', 'json-kernel.js');
    const child = spawn('taskset', ['-c', String(core), process.execPath, script, String(RECORDS), 'beside'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const kernel = new KernelBeside(child);
    child.stdout.on('data', (data: Buffer) => {
      for (const line of String(data).split('\n')) if (line !== '') kernel.#figures.push(Number(line));
    });
    return kernel;
  }

  /** From here on. */
  reset(): void {
    this.#figures = [];
  }

  /** CPU nanoseconds per record since `reset`. */
  median(): number {
    return median(this.#figures);
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

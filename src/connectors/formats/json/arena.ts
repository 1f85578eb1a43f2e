import type {MemoryViews} from './memory-views.ts';
import type {RegionLayout} from './region-layout.ts';
import {RejectedValue} from './rejected-value.ts';

/** Bytes appended to a region, within the room that its layout gives to converted values. */
export class Arena {
  readonly #views: MemoryViews;
  readonly dataStart: number;
  /** Where the next bytes go; the kernel moves it too. */
  at: number;
  #left: number;

  constructor(views: MemoryViews, layout: RegionLayout) {
    this.#views = views;
    this.dataStart = layout.dataStart;
    this.at = layout.dataStart;
    this.#left = layout.conversionBytes;
  }

  /** Sets room aside for a later `append` of reserved bytes. */
  reserve(bytes: number, path: string): void {
    if (bytes > this.#left)
      throw new RejectedValue(`the value takes ${bytes} bytes, there is room for ${Math.max(this.#left, 0)} only`, path);
    this.#left -= bytes;
  }

  /** Appends bytes that room has been reserved for; returns where they begin, relative to the data area. */
  append(bytes: Uint8Array): number {
    this.#views.u8.set(bytes, this.at);
    const start = this.at - this.dataStart;
    this.at += bytes.length;
    return start;
  }
}

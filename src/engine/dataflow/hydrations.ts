import type {Graph} from '../../runtime/graph/graph.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {Slice} from '../../runtime/graph/run-slices.ts';
import type {Hydration} from './hydration.ts';
import type {Readers} from './readers.ts';
import type {StreamRuntime} from './stream-runtime.ts';

type Feeding = {readonly hydration: Hydration; readonly slices: Slices};

/** The views that are catching up, one at a time, the oldest first. */
export class Hydrations {
  /** No live step may begin: a view is about to join. */
  holding = false;
  readonly #running: Hydration[] = [];
  readonly #graph: Graph;
  readonly #readers: Readers;
  #feeding: Feeding | undefined;

  constructor(graph: Graph, readers: Readers) {
    this.#graph = graph;
    this.#readers = readers;
  }

  get running(): readonly Hydration[] {
    return this.#running;
  }

  add(hydration: Hydration): void {
    this.#running.push(hydration);
  }

  of(relation: number): Hydration | undefined {
    return this.#running.find(({view}) => view.spec.relation === relation);
  }

  /** A view that reads the stream's past. */
  over(stream: StreamRuntime): Hydration | undefined {
    return this.#running.find(({streams}) => streams.some(feed => feed.stream === stream));
  }

  /** Works on the views that are catching up; `between` = no step is in progress. Whether there was anything to do. */
  work(slice: Slice, between: boolean): boolean {
    if (this.#feeding !== undefined) return this.#feed(this.#feeding, slice);
    const hydration = this.#running.find(({view}) => view.obstacle === undefined && view.delivery?.output.isFull !== true);
    if (hydration === undefined) {
      this.holding = false;
      return false;
    }
    this.holding ||= between && hydration.isClose;
    if (!this.holding || !between || !hydration.isAligned) return hydration.work(slice, this.holding);
    this.#feeding = {hydration, slices: hydration.feedRelations()};
    return this.#feed(this.#feeding, slice);
  }

  /** A view that has caught up with its streams is given what tables and views hold: no step may begin until it has its place. */
  get feeding(): boolean {
    return this.#feeding !== undefined;
  }

  #feed({hydration, slices}: Feeding, slice: Slice): boolean {
    do {
      if (slices.next().done !== true) continue;
      this.#feeding = undefined;
      hydration.merge(this.#graph);
      this.end(hydration);
      break;
    } while (!slice.over);
    return true;
  }

  end(hydration: Hydration): void {
    this.holding = false;
    this.#running.splice(this.#running.indexOf(hydration), 1);
    for (const {reader} of hydration.streams) this.#readers.close(reader);
  }
}

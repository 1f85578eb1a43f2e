import type {GraphNode} from '../../runtime/graph/graph.ts';
import type {SinkSpec} from './commands.ts';
import type {FailureCount} from './failure-count.ts';

/** A sink at the end of a plan; rows whose expressions fail are left out and counted. */
export type SinkRuntime = {
  readonly spec: SinkSpec;
  /** Emits the result of its plan. */
  readonly top: GraphNode;
  /** Takes it. */
  readonly end: GraphNode;
  /** When it was made, by this process; ms since 1970. */
  readonly since: number;
  readonly nodes: readonly GraphNode[];
  readonly failures: FailureCount;
};

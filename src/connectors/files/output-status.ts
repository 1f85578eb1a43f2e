/** How a sink is doing. */
export type OutputStatus = {
  /** Rows taken in. */
  readonly rows: number;
  readonly finishedFiles: number;
  readonly finishedRows: number;
  /** Why it does not go on. */
  readonly stopped: string | undefined;
  /** What it cannot do at the moment. */
  readonly problem: string | undefined;
  /** What it could not keep. */
  readonly lost: string | undefined;
};

export const NOTHING_DELIVERED: OutputStatus = {
  rows: 0,
  finishedFiles: 0,
  finishedRows: 0,
  stopped: undefined,
  problem: undefined,
  lost: undefined,
};

/** Something with output that should leave at the end of the current turn of the event loop. */
export type Flushable = {flush(): void};

let waiting: Flushable[] = [];

/** One `setImmediate` serves all connections that produced output in this turn. */
export function flushAtTurnEnd(output: Flushable): void {
  if (waiting.length === 0) setImmediate(flushAll);
  waiting.push(output);
}

function flushAll(): void {
  const due = waiting;
  waiting = [];
  for (const output of due) output.flush();
}

/** Lets sockets, timers and other connections have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

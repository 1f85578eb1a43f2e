/** Something with output that should leave soon. */
export type Flushable = {flush(): void};

let waiting: Flushable[] = [];

/**
 * Flushes when the callback in progress and all its promise jobs have run: everything that an arriving chunk or an engine's answer sets
 * off is then written at once. Not `setImmediate`: that would cost a poll of the event loop for each turn.
 */
export function flushAtTurnEnd(output: Flushable): void {
  if (waiting.length === 0) process.nextTick(flushAll);
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

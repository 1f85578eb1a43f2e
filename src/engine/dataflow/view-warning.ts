/** A read came upon a view that leaves out rows: how many entries its `$errors` had at the step that was read. */
export type ViewWarning = {readonly view: string; readonly errors: number};

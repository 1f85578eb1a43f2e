/** Copies one row of a fixed number of words from word `s` of `source` to word `t` of `target`. */
export type RowCopier = (target: Int32Array, t: number, source: Int32Array, s: number) => void;

const copiers = new Map<number, RowCopier>();

/** A copier for rows of `stride` words: straight-line code, less than half the time of a loop of so few turns. */
export function rowCopier(stride: number): RowCopier {
  let copier = copiers.get(stride);
  if (copier === undefined) {
    let body = '';
    for (let w = 0; w < stride; w++) body += `target[t + ${w}] = source[s + ${w}];\n`;
    // oxlint-disable-next-line typescript/no-implied-eval
    copier = new Function('target', 't', 'source', 's', `${body}//# sourceURL=copy-row-${stride}.js`) as RowCopier;
    copiers.set(stride, copier);
  }
  return copier;
}

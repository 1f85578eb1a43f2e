import type {ReadableRows} from '../../runtime/views/readable-rows.ts';

/** The rows of a sink are elsewhere: nobody reads them here. */
export const DELIVERED_ROWS: ReadableRows = {
  schema: [],
  key: null,
  rowCount: () => 0,
  pin: () => {
    throw new Error('internal error: a sink has no rows to read');
  },
  lookup: () => 0,
  scan: () => -1,
};

import {sqlError} from '../../common/sql-error.ts';

/** The directory of a sink that has written to it is not there. */
export const missingDirectory = (directory: string): Error => sqlError('io_error', `directory "${directory}" does not exist any more`);

import {sqlError, type SqlError} from '../common/sql-error.ts';

/** Why the stored query of a view or sink has no plan in this version. `through`: the view below that has none; absent = it is its own. */
export type Unplannable = {readonly kind: 'materialized view' | 'sink'; readonly reason: string; readonly through?: string | undefined};

/** In words, as an end of a sentence that begins with its name. */
export const unplannableText = ({reason, through}: Unplannable): string =>
  through === undefined ? `its query cannot be planned: ${reason}` : `it reads "${through}", whose query cannot be planned: ${reason}`;

export const unplannableHint = ({through}: Unplannable): string =>
  through === undefined ? 'DROP it and create it anew.' : `DROP "${through}" with CASCADE and create them anew.`;

/** What a read of it fails with. */
export const unplannableError = (name: string, unplannable: Unplannable): SqlError =>
  sqlError('object_not_in_prerequisite_state', `${unplannable.kind} "${name}" cannot be served: ${unplannableText(unplannable)}`, {
    hint: unplannableHint(unplannable),
  });

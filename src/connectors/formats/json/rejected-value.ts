/** Why a record cannot become a row: `path` names the column or what lies in it, empty = the record as a whole. */
export class RejectedValue extends Error {
  readonly path: string;

  constructor(reason: string, path = '') {
    super(reason);
    this.name = 'RejectedValue';
    this.path = path;
  }
}

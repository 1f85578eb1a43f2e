/** The part of pg-cursor that the tests use; the package has no types of its own. */
declare module 'pg-cursor' {
  import type {Submittable} from 'pg';

  export default class Cursor<Row> implements Submittable {
    constructor(text: string, values?: readonly unknown[]);
    submit(connection: unknown): void;
    read(maxRows: number): Promise<Row[]>;
    close(): Promise<void>;
  }
}

/** The server cannot be reached, refused the connection, or went away: exit code 2. */
export class ConnectionFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionFailure';
  }
}

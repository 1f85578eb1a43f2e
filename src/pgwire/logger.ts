/** The part of pino's logger that the wire needs. */
export type WireLogger = {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
};

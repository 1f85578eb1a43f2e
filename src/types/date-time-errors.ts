import {sqlError, type SqlError} from '../common/sql-error.ts';

/** Why a date/time text was refused. Thrown inside the parsers and turned into PostgreSQL's error by `dateTimeError`. */
export type DateTimeFault = 'bad-format' | 'field-overflow' | 'month-day-overflow' | 'interval-overflow' | 'zone-overflow';

export class DateTimeParseError extends Error {
  readonly fault: DateTimeFault;
  constructor(fault: DateTimeFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Runs a parser; its faults become SqlErrors that quote the text and name the type. */
export function withDateTimeErrors<R>(text: string, typeName: string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (error instanceof DateTimeParseError) throw dateTimeError(error.fault, text, typeName);
    throw error;
  }
}

function dateTimeError(fault: DateTimeFault, text: string, typeName: string): SqlError {
  switch (fault) {
    case 'field-overflow':
      return sqlError('datetime_field_overflow', `date/time field value out of range: "${text}"`);
    case 'month-day-overflow':
      return sqlError('datetime_field_overflow', `date/time field value out of range: "${text}"`, {
        hint: 'Perhaps you need a different "datestyle" setting.',
      });
    case 'interval-overflow':
      return sqlError('interval_field_overflow', `interval field value out of range: "${text}"`);
    case 'zone-overflow':
      return sqlError('invalid_time_zone_displacement_value', `time zone displacement out of range: "${text}"`);
    case 'bad-format':
      return sqlError('invalid_datetime_format', `invalid input syntax for type ${typeName}: "${text}"`);
  }
}

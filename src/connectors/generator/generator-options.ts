import {sqlError} from '../../common/sql-error.ts';

export const GENERATOR_NAMES = ['nexmark', 'ecommerce', 'sequence'] as const;
export type GeneratorName = (typeof GENERATOR_NAMES)[number];

/** What WITH (connector = 'generator', …) says. */
export type GeneratorOptions = {
  readonly generator: GeneratorName;
  readonly seed: number;
  /** Records a second of all partitions together; 0 = as fast as they are taken. */
  readonly rate: number;
  /** Records in all; Infinity = without end. */
  readonly limit: number;
  readonly partitions: number;
  /** Events in one second of event time. */
  readonly eventsPerSecond: number;
  /** Event time at the beginning, ms since 1970. */
  readonly baseTime: number;
  /** Percentage of events whose time lies up to a minute before that of their neighbours. */
  readonly latePercent: number;
  /** Percentage of records that are cut short, so that they are no JSON. */
  readonly badPercent: number;
  /** Percentage of events that go to partition 0 before the rest is dealt out to all. */
  readonly skewPercent: number;
  /** A partition that falls silent after its first 1000 records; −1 = none. */
  readonly idlePartition: number;
};

const DEFAULT_RATE = 1000;
const MAX_PARTITIONS = 1024;
/** 2023-11-14 22:13:20 UTC. */
const BASE_TIME = 1_700_000_000_000;
const OTHER_OPTIONS = ['connector', 'format', 'start', 'timestamp_format', 'coerce_strings'];

/** Reads the options of a stream; 22023 names the wrong one. */
export function parseGeneratorOptions(options: Readonly<Record<string, string>>): GeneratorOptions {
  const generator = GENERATOR_NAMES.find(name => name === options['generator']);
  if (generator === undefined) {
    throw sqlError(
      'invalid_parameter_value',
      options['generator'] === undefined ? 'the option generator is missing' : `unknown generator "${options['generator']}"`,
      {
        hint: `Valid values: ${GENERATOR_NAMES.join(', ')}.`,
      },
    );
  }
  const known = new Set([...OTHER_OPTIONS, 'generator', ...Object.keys(RANGES)]);
  const unknown = Object.keys(options).find(name => !known.has(name));
  if (unknown !== undefined) {
    throw sqlError('invalid_parameter_value', `unknown option "${unknown}" of the generator`, {
      hint: `Options: ${Object.keys(RANGES).join(', ')}.`,
    });
  }
  const number = (name: keyof typeof RANGES, ifAbsent: number): number => readNumber(options[name], name, ifAbsent);
  const rate = number('rate', DEFAULT_RATE);
  const partitions = number('partitions', 1);
  const idlePartition = number('idle_partition', -1);
  if (idlePartition >= partitions) throw sqlError('invalid_parameter_value', `there is no partition ${idlePartition} to be idle`);
  return {
    generator,
    seed: number('seed', 1),
    rate,
    limit: number('limit', Number.POSITIVE_INFINITY),
    partitions,
    // Nexmark's event time is part of its definition; the others keep time with their rate.
    eventsPerSecond: number('events_per_second', generator === 'nexmark' ? 10_000 : rate === 0 ? DEFAULT_RATE : rate),
    baseTime: number('base_time', BASE_TIME),
    latePercent: number('late_pct', 0),
    badPercent: number('bad_pct', 0),
    skewPercent: number('skew', 0),
    idlePartition,
  };
}

type Range = {readonly min: number; readonly max: number; readonly whole: boolean};
const whole = (min: number, max: number): Range => ({min, max, whole: true});

const RANGES = {
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  rate: {min: 0, max: 1e9, whole: false},
  limit: whole(0, Number.MAX_SAFE_INTEGER),
  partitions: whole(1, MAX_PARTITIONS),
  events_per_second: {min: 1e-3, max: 1e9, whole: false},
  base_time: whole(0, 4_102_444_800_000),
  late_pct: {min: 0, max: 100, whole: false},
  bad_pct: {min: 0, max: 100, whole: false},
  skew: whole(0, 100),
  idle_partition: whole(0, MAX_PARTITIONS - 1),
} as const satisfies Readonly<Record<string, Range>>;

function readNumber(text: string | undefined, name: keyof typeof RANGES, ifAbsent: number): number {
  if (text === undefined) return ifAbsent;
  const range: Range = RANGES[name];
  const value = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max && (!range.whole || Number.isSafeInteger(value))) return value;
  const kind = range.whole ? 'a whole number' : 'a number';
  throw sqlError('invalid_parameter_value', `invalid value "${text}" of the option ${name}`, {
    hint: `It is ${kind} from ${range.min} to ${range.max}.`,
  });
}

import type {Decimal} from '../../../types/datum.ts';
import {pow10} from '../../../types/pow10.ts';

/**
 * The general form of a numeric sum, for groups that hold NaN, infinities, several display scales under retraction, or more than 128 bits:
 * a slow path. It knows how many values of each display scale there are, so that the sum's scale falls again when they go.
 */
export type MixedDecimalSum = {
  unscaled: bigint;
  scale: number;
  nans: number;
  positives: number;
  negatives: number;
  readonly scales: Map<number, number>;
};

export function addToMixed(sum: MixedDecimalSum, value: Decimal, weight: number): void {
  if (value.special === 'NaN') sum.nans += weight;
  else if (value.special === 'Infinity') sum.positives += weight;
  else if (value.special === '-Infinity') sum.negatives += weight;
  else {
    if (value.scale > sum.scale) rescaleMixed(sum, value.scale);
    sum.unscaled += value.unscaled * pow10(sum.scale - value.scale) * BigInt(weight);
    const count = (sum.scales.get(value.scale) ?? 0) + weight;
    if (count === 0) sum.scales.delete(value.scale);
    else sum.scales.set(value.scale, count);
  }
}

function rescaleMixed(sum: MixedDecimalSum, scale: number): void {
  sum.unscaled *= pow10(scale - sum.scale);
  sum.scale = scale;
}

export function mixedResult(sum: MixedDecimalSum): Decimal {
  const scale = Math.max(0, ...sum.scales.keys());
  const special =
    sum.nans !== 0 || (sum.positives !== 0 && sum.negatives !== 0)
      ? 'NaN'
      : sum.positives !== 0
        ? 'Infinity'
        : sum.negatives !== 0
          ? '-Infinity'
          : undefined;
  if (special !== undefined) return {tag: 'decimal', unscaled: 0n, scale: 0, special};
  return {tag: 'decimal', unscaled: sum.unscaled / pow10(sum.scale - scale), scale};
}

/** The sum as plain words, if its scales and values allow: unscaled value and display scale. */
export function plainOf(sum: MixedDecimalSum): {readonly unscaled: bigint; readonly scale: number} | null {
  if (sum.nans !== 0 || sum.positives !== 0 || sum.negatives !== 0 || sum.scales.size > 1) return null;
  const {unscaled, scale} = mixedResult(sum) as {unscaled: bigint; scale: number};
  return BigInt.asIntN(127, unscaled) === unscaled ? {unscaled, scale} : null;
}

export function encodeMixed(sum: MixedDecimalSum): Uint8Array {
  const scales = [...sum.scales].map(([scale, count]) => `${scale}:${count}`).join(',');
  return Buffer.from(`${sum.unscaled};${sum.scale};${sum.nans};${sum.positives};${sum.negatives};${scales}`, 'latin1');
}

export function decodeMixed(bytes: Uint8Array): MixedDecimalSum {
  const [unscaled, scale, nans, positives, negatives, scales] = Buffer.from(bytes).toString('latin1').split(';') as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const pairs = scales === '' ? [] : scales.split(',').map(pair => pair.split(':').map(Number) as [number, number]);
  return {
    unscaled: BigInt(unscaled),
    scale: Number(scale),
    nans: Number(nans),
    positives: Number(positives),
    negatives: Number(negatives),
    scales: new Map(pairs),
  };
}

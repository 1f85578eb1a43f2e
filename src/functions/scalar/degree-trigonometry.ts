/**
 * Trigonometry in degrees the way PostgreSQL computes it: angles are reduced to the first octants, where results are scaled so that they
 * are exact at multiples of 30 and 45 degrees.
 */
const RADIANS_PER_DEGREE = Math.PI / 180;
const SIN_30 = Math.sin(30 * RADIANS_PER_DEGREE);
const ONE_MINUS_COS_60 = 1 - Math.cos(60 * RADIANS_PER_DEGREE);
const ASIN_HALF = Math.asin(0.5);
const ACOS_HALF = Math.acos(0.5);
const ATAN_ONE = Math.atan(1);

const sineTo30 = (x: number) => Math.sin(x * RADIANS_PER_DEGREE) / SIN_30 / 2;
const cosineTo60 = (x: number) => 1 - (1 - Math.cos(x * RADIANS_PER_DEGREE)) / ONE_MINUS_COS_60 / 2;
const sineOfQuadrant = (x: number) => (x <= 30 ? sineTo30(x) : cosineTo60(90 - x));
const cosineOfQuadrant = (x: number) => (x <= 60 ? cosineTo60(x) : sineTo30(90 - x));
const TAN_45 = sineOfQuadrant(45) / cosineOfQuadrant(45);
const COT_45 = cosineOfQuadrant(45) / sineOfQuadrant(45);

export function sineOfDegrees(angle: number): number {
  let x = angle % 360;
  let sign = 1;
  if (x < 0) [x, sign] = [-x, -sign];
  if (x > 180) [x, sign] = [360 - x, -sign];
  if (x > 90) x = 180 - x;
  return sign * sineOfQuadrant(x);
}

export function cosineOfDegrees(angle: number): number {
  let x = Math.abs(angle % 360);
  let sign = 1;
  if (x > 180) x = 360 - x;
  if (x > 90) [x, sign] = [180 - x, -sign];
  return sign * cosineOfQuadrant(x);
}

function signedRatio(angle: number, ratio: (x: number) => number): number {
  let x = angle % 360;
  let sign = 1;
  if (x < 0) [x, sign] = [-x, -sign];
  if (x > 180) [x, sign] = [360 - x, -sign];
  if (x > 90) [x, sign] = [180 - x, -sign];
  const result = sign * ratio(x);
  return result === 0 ? 0 : result;
}

export const tangentOfDegrees = (angle: number) => signedRatio(angle, x => sineOfQuadrant(x) / cosineOfQuadrant(x) / TAN_45);
export const cotangentOfDegrees = (angle: number) => signedRatio(angle, x => cosineOfQuadrant(x) / sineOfQuadrant(x) / COT_45);

const arcSineOfQuadrant = (x: number) => (x <= 0.5 ? (Math.asin(x) / ASIN_HALF) * 30 : 90 - (Math.acos(x) / ACOS_HALF) * 60);
const arcCosineOfQuadrant = (x: number) => (x <= 0.5 ? 90 - (Math.asin(x) / ASIN_HALF) * 30 : (Math.acos(x) / ACOS_HALF) * 60);

export const arcSineInDegrees = (x: number) => (x >= 0 ? arcSineOfQuadrant(x) : -arcSineOfQuadrant(-x));
export const arcCosineInDegrees = (x: number) => (x >= 0 ? arcCosineOfQuadrant(x) : 90 + arcSineOfQuadrant(-x));
export const arcTangentInDegrees = (x: number) => (Math.atan(x) / ATAN_ONE) * 45;
export const arcTangent2InDegrees = (y: number, x: number) => (Math.atan2(y, x) / ATAN_ONE) * 45;

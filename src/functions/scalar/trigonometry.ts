import {sqlError} from '../../common/sql-error.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {
  arcCosineInDegrees,
  arcSineInDegrees,
  arcTangent2InDegrees,
  arcTangentInDegrees,
  cosineOfDegrees,
  cotangentOfDegrees,
  sineOfDegrees,
  tangentOfDegrees,
} from './degree-trigonometry.ts';
import {floatOverflow} from './float-arithmetic.ts';

const {strict} = definer('trigonometry');

const outOfRange = () => sqlError('numeric_value_out_of_range', 'input is out of range');

/** Infinite angles have no sine. */
const ofAngle = (f: (angle: number) => number) => (angle: number) => {
  if (angle === Infinity || angle === -Infinity) throw outOfRange();
  return f(angle);
};
const ofRatio = (f: (ratio: number) => number) => (ratio: number) => {
  if (ratio < -1 || ratio > 1) throw outOfRange();
  return f(ratio);
};
const finiteResult = (f: (value: number) => number) => (value: number) => {
  const result = f(value);
  if (Number.isFinite(value) && !Number.isFinite(result) && !Number.isNaN(result)) throw floatOverflow();
  return result;
};

const DEGREE = Math.PI / 180;

const inDegrees = (radians: number) => radians / DEGREE;
const infallible = {fallible: false};

export const TRIGONOMETRY: readonly FunctionDefinition[] = [
  strict('sin', 1604, 'float8', 'float8', 'Sine', ofAngle(Math.sin)),
  strict('cos', 1605, 'float8', 'float8', 'Cosine', ofAngle(Math.cos)),
  strict('tan', 1606, 'float8', 'float8', 'Tangent', ofAngle(Math.tan)),
  strict(
    'cot',
    1607,
    'float8',
    'float8',
    'Cotangent',
    ofAngle(a => 1 / Math.tan(a)),
  ),
  strict('asin', 1600, 'float8', 'float8', 'Inverse sine', ofRatio(Math.asin)),
  strict('acos', 1601, 'float8', 'float8', 'Inverse cosine', ofRatio(Math.acos)),
  strict('atan', 1602, 'float8', 'float8', 'Inverse tangent', a => Math.atan(a), infallible),
  strict('atan2', 1603, 'float8,float8', 'float8', 'Inverse tangent of y by x', (y, x) => Math.atan2(y, x), infallible),
  strict('sinh', 2462, 'float8', 'float8', 'Hyperbolic sine', a => Math.sinh(a), infallible),
  strict('cosh', 2463, 'float8', 'float8', 'Hyperbolic cosine', a => Math.cosh(a), infallible),
  strict('tanh', 2464, 'float8', 'float8', 'Hyperbolic tangent', a => Math.tanh(a), infallible),
  strict('asinh', 2465, 'float8', 'float8', 'Inverse hyperbolic sine', a => Math.asinh(a), infallible),
  strict('acosh', 2466, 'float8', 'float8', 'Inverse hyperbolic cosine', a => {
    if (a < 1) throw outOfRange();
    return Math.acosh(a);
  }),
  strict('atanh', 2467, 'float8', 'float8', 'Inverse hyperbolic tangent', ofRatio(Math.atanh)),
  strict('degrees', 1608, 'float8', 'float8', 'Radians to degrees', finiteResult(inDegrees)),
  strict('radians', 1609, 'float8', 'float8', 'Degrees to radians', a => a * DEGREE, infallible),
  strict('sind', 2735, 'float8', 'float8', 'Sine of degrees', ofAngle(sineOfDegrees)),
  strict('cosd', 2736, 'float8', 'float8', 'Cosine of degrees', ofAngle(cosineOfDegrees)),
  strict('tand', 2737, 'float8', 'float8', 'Tangent of degrees', ofAngle(tangentOfDegrees)),
  strict('cotd', 2738, 'float8', 'float8', 'Cotangent of degrees', ofAngle(cotangentOfDegrees)),
  strict('asind', 2731, 'float8', 'float8', 'Inverse sine in degrees', ofRatio(arcSineInDegrees)),
  strict('acosd', 2732, 'float8', 'float8', 'Inverse cosine in degrees', ofRatio(arcCosineInDegrees)),
  strict('atand', 2733, 'float8', 'float8', 'Inverse tangent in degrees', a => arcTangentInDegrees(a), infallible),
  strict(
    'atan2d',
    2734,
    'float8,float8',
    'float8',
    'Inverse tangent of y by x in degrees',
    (y, x) => arcTangent2InDegrees(y, x),
    infallible,
  ),
];

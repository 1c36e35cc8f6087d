/** The gamma distribution, as far as exact Poisson intervals need it. Series and continued fraction as in any textbook of numerics. */

/** Lanczos' coefficients for g = 7, good to about 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

const MAX_STEPS = 10_000;
const PRECISION = 1e-15;
const TINY = 1e-300;

export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const t = x + 6.5;
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (x - 1 + i);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(a, x): how much of a gamma distribution of shape `a` and scale 1 lies below `x`. */
export function gammaBelow(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  return x < a + 1 ? series(a, x) * front : 1 - fraction(a, x) * front;
}

/** Where a gamma distribution of shape `a` and scale 1 has `p` of it below. */
export function gammaQuantile(p: number, a: number): number {
  if (!(p >= 0 && p < 1) || !(a > 0)) throw new RangeError(`no gamma quantile: ${p} of shape ${a}`);
  if (p === 0) return 0;
  let low = 0;
  let high = a + 10 * Math.sqrt(a) + 10;
  while (gammaBelow(a, high) < p) high *= 2;
  // Halving cannot go astray, and 200 halvings leave no digit open.
  for (let i = 0; i < 200 && high - low > PRECISION * high; i++) {
    const middle = (low + high) / 2;
    if (gammaBelow(a, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_STEPS && term > sum * PRECISION; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Lentz's method. */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let result = d;
  for (let i = 1; i < MAX_STEPS; i++) {
    const step = -i * (i - a);
    b += 2;
    d = 1 / (step * d + b || TINY);
    c = b + step / c || TINY;
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return result;
}

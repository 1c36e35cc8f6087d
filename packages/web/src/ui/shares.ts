/** Crash-free shares as people read them, and the scale they are drawn on. */
import { exactCount } from "./numbers.ts";

const NBSP = "\u00a0";

/** `99.45 %`. Never 100.00 % while somebody crashed. */
export const share = (value: number): string => `${digits(value)}${NBSP}%`;

/** `99.42 to 99.48` */
export const interval = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${digits(low)} to ${digits(high)}`;

const digits = (value: number): string =>
  (value < 1 ? Math.min(99.99, Math.round(value * 10_000) / 100) : 100).toFixed(2);

/** A difference of shares, `0.40`, in points; its direction is said in words. */
export const points = (value: number): string => (Math.abs(value) * 100).toFixed(2);

/** `0.15 to 0.34`, of a difference whose direction is already said. */
export function pointsInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  const signed = (value: number) => `${value < 0 ? "−" : ""}${points(value)}`;
  return high < 0 ? `${points(high)} to ${points(low)}` : `${signed(low)} to ${signed(high)}`;
}

export interface ShareScale {
  /** The lowest share that is drawn. */
  readonly floor: number;
  readonly ticks: readonly number[];
  /** 0 at the floor, 1 at 100 %; what lies below is drawn at the floor. */
  readonly at: (share: number) => number;
}

const STEPS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25] as const;
const MAX_STEPS = 4;

/** From 100 % down to a little below the lowest of `values`. Wide intervals of few users may leave it: they must not flatten the rest. */
export function shareScale(values: readonly number[]): ShareScale {
  const depth = Math.min(1, Math.max(0.001, 1.5 * (1 - Math.min(1, ...values))));
  const step = STEPS.find((step) => step * MAX_STEPS >= depth) ?? 0.25;
  const count = Math.max(2, Math.ceil(depth / step - 1e-9));
  const floor = 1 - count * step;
  return {
    floor,
    ticks: Array.from({ length: count + 1 }, (_, i) => 1 - i * step),
    at: (share) => Math.max(0, Math.min(1, (share - floor) / (1 - floor))),
  };
}

/** `98.5`, `99`, `99.95`: as few digits as the ticks need. */
export const tick = (value: number): string => String(Number((value * 100).toFixed(2)));

export const ofUsers = (crashed: number, n: number, what: string): string =>
  `${exactCount(crashed)} crashed of ${exactCount(n)} ${what}`;

/** Days whose delay is known are simulated, cut off at some hour, and their truth is looked for in the interval of what was said. */
import { describe, expect, test } from "vitest";
import { type Arrived, lateCount, lateSpared, type PastDay, usuallyArrived } from "./late.ts";
import { per1000 } from "./rate.ts";
import { spared } from "./share.ts";

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const usual = (fraction: number, total = 10_000): Arrived => {
  const days = 20;
  const past = Array.from({ length: days }, () => ({ arrived: (fraction * total) / days, total: total / days }));
  const arrived = usuallyArrived(past);
  if (typeof arrived === "string") throw new Error(arrived);
  return arrived;
};

test("the count so far over the part that has usually arrived", () => {
  expect(usuallyArrived(Array.from({ length: 20 }, () => ({ arrived: 8, total: 10 })))).toMatchObject({
    fraction: 0.8,
    total: 200,
    days: 20,
  });
  const { value, low, high } = lateCount(80, usual(0.8));
  expect(value).toBeCloseTo(100, 9);
  // R: 80 + qnbinom(c(.025), 80, .8) and qnbinom(.975, 81, .8): 91 and 111, a little wider for the part's own uncertainty.
  expect([low, high]).toEqual([91, 111]);
  expect(lateSpared({ count: 8, n: 1_000 }, usual(0.8))?.value).toBeCloseTo(0.99, 9);
});

test("where everything has always arrived, nothing is added", () => {
  const all = usual(1);
  const share = { count: 12, n: 3_000 };
  expect(lateCount(40, all)).toEqual({ value: 40, low: 40, high: 40 });
  const late = lateSpared(share, all);
  const raw = spared(share);
  expect(late?.value).toBe(raw?.value);
  expect(late?.low).toBeCloseTo(raw?.low ?? 0, 3);
  expect(late?.high).toBeCloseTo(raw?.high ?? 0, 3);
});

test("less that has arrived, and less that is known of it, make the interval wider", () => {
  const width = ({ low, high }: { readonly low: number; readonly high: number }) => high - low;
  // The same final count of 200.
  const widths = [0.95, 0.8, 0.5, 0.2].map((part) => width(lateCount(200 * part, usual(part))));
  expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  expect(width(lateCount(100, usual(0.5, 200)))).toBeGreaterThan(width(lateCount(100, usual(0.5))));
  const share = { count: 20, n: 2_000 };
  const raw = spared(share);
  for (const part of [0.95, 0.5, 0.2]) {
    const late = lateSpared(share, usual(part));
    if (!raw || !late) throw new Error("nobody");
    expect(width(late)).toBeGreaterThan(width(raw));
    expect(late.value).toBeLessThan(raw.value);
  }
});

test("nothing so far is not nothing to come, everybody is not more than everybody, nobody is no share", () => {
  const half = usual(0.5);
  expect(lateCount(0, half)).toMatchObject({ value: 0, low: 0 });
  expect(lateCount(0, half).high).toBeGreaterThan(2);
  const none = lateSpared({ count: 0, n: 500 }, half);
  expect([none?.value, none?.high]).toEqual([1, 1]);
  expect(none?.low).toBeLessThan(spared({ count: 0, n: 500 })?.low ?? 0);
  expect(lateSpared({ count: 9, n: 10 }, half)).toMatchObject({ value: 0, low: 0 });
  expect(lateSpared({ count: 0, n: 0 }, half)).toBeUndefined();
  expect(() => lateCount(Number.NaN, half)).toThrow(RangeError);
});

test("a count that would take minutes to add up is scaled, and its interval stays around it", () => {
  const { value, low, high } = lateCount(3_000_000, usual(0.4));
  expect(value).toBeCloseTo(7_500_000, 0);
  expect(low).toBeGreaterThan(6_800_000);
  expect(high).toBeLessThan(8_300_000);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
});

const days = (count: number, day: PastDay): PastDay[] => Array.from({ length: count }, () => day);
test.for([
  ["no past day", [], "too-little"],
  ["six days, however full", days(6, { arrived: 500, total: 1_000 }), "too-little"],
  ["forty-nine reports", days(7, { arrived: 5, total: 7 }).map((day) => ({ ...day, total: 7 })), "too-little"],
  [
    "days without a report",
    [...days(6, { arrived: 50, total: 90 }), ...days(20, { arrived: 0, total: 0 })],
    "too-little",
  ],
  ["one in eleven", days(20, { arrived: 10, total: 110 }), "too-early"],
  [
    "days that have nothing in common",
    [...days(4, { arrived: 0, total: 100 }), ...days(4, { arrived: 100, total: 100 })],
    "too-little",
  ],
] as const)("no correction: %s", ([, past, why]) => {
  expect(usuallyArrived(past)).toBe(why);
});

test("one report, day or tenth more is enough", () => {
  expect(usuallyArrived([...days(6, { arrived: 6, total: 7 }), { arrived: 7, total: 8 }])).toMatchObject({ total: 50 });
  expect(usuallyArrived(days(20, { arrived: 11, total: 110 }))).toMatchObject({ fraction: 0.1 });
});

describe("a known delay", () => {
  interface Simulated {
    readonly name: string;
    readonly perDay: number;
    readonly users: number;
    readonly hours: number;
    /** Of the delay in hours, on a day. */
    readonly mean: (random: () => number) => number;
  }
  const CASES: readonly Simulated[] = [
    { name: "few crashes, half a day", perDay: 12, users: 900, hours: 12, mean: () => 8 },
    { name: "many crashes, an afternoon", perDay: 150, users: 20_000, hours: 15, mean: () => 6 },
    { name: "early in the day", perDay: 60, users: 5_000, hours: 3, mean: () => 5 },
    { name: "days that differ", perDay: 100, users: 9_000, hours: 12, mean: (random) => 4 + 8 * random() },
  ];

  test.for(CASES)(
    "$name: the truth lies in the interval at least 95 of 100 times",
    ({ perDay, users, hours, mean }) => {
      const random = seeded(20_261_124);
      const exponential = (scale: number) => -Math.log(1 - random()) * scale;
      // Each user crashes with the same small chance, at any hour so far, and is heard of after the delay.
      const crashed = (dayMean: number): PastDay => {
        let [arrived, total] = [0, 0];
        for (let at = exponential(users / perDay); at < users; at += exponential(users / perDay)) {
          total++;
          if (random() * hours + exponential(dayMean) <= hours) arrived++;
        }
        return { arrived, total };
      };
      const ROUNDS = 1_200;
      let counts = 0;
      let shares = 0;
      let values = 0;
      let rawMissed = 0;
      let corrected = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const arrived = usuallyArrived(Array.from({ length: 28 }, () => crashed(mean(random))));
        // Days that happen to differ so much that nothing is said.
        if (typeof arrived === "string") continue;
        corrected++;
        const today = crashed(mean(random));
        const count = lateCount(today.arrived, arrived);
        const share = lateSpared({ count: today.arrived, n: users }, arrived);
        values += count.value / perDay;
        if (today.total >= count.low && today.total <= count.high) counts++;
        const truth = 1 - perDay / users;
        if (share && truth >= share.low && truth <= share.high) shares++;
        const raw = per1000({ count: today.arrived, exposure: users });
        if (raw && perDay > (raw.high * users) / 1_000) rawMissed++;
      }
      // Twelve hundred rounds know 95 % to 0.6 points.
      expect(corrected / ROUNDS).toBeGreaterThan(0.97);
      expect(counts / corrected).toBeGreaterThan(0.94);
      expect(shares / corrected).toBeGreaterThan(0.94);
      // And not by being endlessly wide.
      expect(shares / corrected).toBeLessThan(0.995);
      expect(Math.abs(values / corrected - 1)).toBeLessThan(0.05);
      // What is there so far, taken for all, misses it: the delay matters here.
      if (perDay >= 60) expect(rawMissed / corrected).toBeGreaterThan(0.3);
    },
  );
});

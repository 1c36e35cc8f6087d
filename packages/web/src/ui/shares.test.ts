import { expect, test } from "vitest";
import { interval, points, pointsInterval, share, shareScale, tick } from "./shares.ts";

test.for([
  [0.99449, "99.45 %"],
  [1, "100.00 %"],
  [0.999_99, "99.99 %"],
  [0, "0.00 %"],
] as const)("%d reads %s", ([value, text]) => {
  expect(share(value)).toBe(text.replace(" ", "\u00a0"));
});

test("intervals and differences", () => {
  expect(interval({ low: 0.9942, high: 0.99484 })).toBe("99.42 to 99.48");
  expect(points(-0.004)).toBe("0.40");
  expect(pointsInterval({ low: 0.0015, high: 0.0034 })).toBe("0.15 to 0.34");
  expect(pointsInterval({ low: -0.0034, high: -0.0015 })).toBe("0.15 to 0.34");
  expect(pointsInterval({ low: -0.0015, high: 0.0034 })).toBe("−0.15 to 0.34");
});

test.for([
  ["everything spared", [1, 1], 0.999, ["100", "99.95", "99.9"]],
  ["a usual app", [0.9965, 0.991], 0.985, ["100", "99.5", "99", "98.5"]],
  ["nothing known", [], 0.999, ["100", "99.95", "99.9"]],
  ["a catastrophe", [0.2], 0, ["100", "75", "50", "25", "0"]],
] as const)("the scale of %s", ([, values, floor, ticks]) => {
  const scale = shareScale(values);
  expect(scale.floor).toBeCloseTo(floor, 9);
  expect(scale.ticks.map(tick)).toEqual(ticks);
  expect(scale.at(1)).toBe(1);
  expect(scale.at(scale.floor - 0.5)).toBe(0);
});

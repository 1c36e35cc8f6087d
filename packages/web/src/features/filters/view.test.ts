import { expect, test } from "vitest";
import { EMPTY_VIEW, filterCount, readView, type View, viewFilters, viewHref, viewParams } from "./view.ts";

const NOW = Date.parse("2026-11-24T14:03:00Z");

test.each<[string, string, Partial<View>]>([
  ["nothing", "", {}],
  ["values repeat their key", "?version=2.1.0&version=2.0.5", { version: ["2.1.0", "2.0.5"] }],
  ["the same value twice is one", "?os=17.6.1&os=17.6.1", { os: ["17.6.1"] }],
  ["empty values are none", "?device=&device=iPhone15%2C3", { device: ["iPhone15,3"] }],
  ["a preset", "?range=7d", { dates: { kind: "last", days: 7 } }],
  ["an unknown preset is the default", "?range=8d", {}],
  [
    "days of one's own",
    "?from=2026-10-01&to=2026-10-31",
    { dates: { kind: "between", from: "2026-10-01", to: "2026-10-31" } },
  ],
  ["days in the wrong order are the default", "?from=2026-10-31&to=2026-10-01", {}],
  ["one day alone is the default", "?from=2026-10-31", {}],
  ["days that do not exist are the default", "?from=2026-02-30&to=2026-03-01", {}],
  ["another page's parameters are not ours", "?report=abc&page=2", {}],
])("an address is decoded: %s", (_, search, view) => {
  expect(readView(search)).toEqual({ ...EMPTY_VIEW, ...view });
});

test("a long address is cut at its limits, not refused", () => {
  const many = Array.from({ length: 51 }, (_, i) => `version=${i}`).join("&");
  expect(readView(many).version).toHaveLength(50);
  expect(readView(`os=${"9".repeat(200)}&os=${"8".repeat(201)}`).os).toEqual(["9".repeat(200)]);
});

test("what is written reads back as itself", () => {
  const view: View = {
    platform: ["iOS", "Mac Catalyst"],
    version: ["1.0 & 2=3"],
    build: ["431"],
    os: ["17.6.1"],
    device: ["iPhone15,3"],
    process: ["org.example.App.Widget"],
    dates: { kind: "between", from: "2026-01-01", to: "2026-01-31" },
  };
  expect(readView(viewParams(view).toString())).toEqual(view);
});

test("an address names only what differs from the default", () => {
  expect(viewHref("/apps/a", EMPTY_VIEW)).toBe("/apps/a");
  expect(viewHref("/apps/a", { ...EMPTY_VIEW, os: ["18.0"] }, { page: "2" })).toBe("/apps/a?os=18.0&page=2");
});

test("the hub gets days, not presets, and its own default is left to it", () => {
  expect(viewFilters(EMPTY_VIEW, NOW)).toEqual({});
  expect(viewFilters({ ...EMPTY_VIEW, dates: { kind: "last", days: 7 } }, NOW)).toEqual({
    from: "2026-11-18",
    to: "2026-11-24",
  });
  expect(viewFilters({ ...EMPTY_VIEW, build: ["431"] }, NOW)).toEqual({ build: ["431"] });
});

test("filters are counted by what they concern", () => {
  expect(filterCount(EMPTY_VIEW)).toBe(0);
  expect(filterCount(readView("?version=1&version=2&os=3&range=90d"))).toBe(3);
});

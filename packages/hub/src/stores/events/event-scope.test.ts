/** What of a scope goes to the engine as a parameter. */
import { expect, test } from "vitest";
import { buildOrderParams, MAX_ORDERED_BUILDS } from "./event-scope.ts";

test("of more builds than the limit the latest keep their order", () => {
  const buildOrder = Array.from({ length: MAX_ORDERED_BUILDS + 1 }, (_, i) => ({
    version: `1.${i}`,
    build: String(i),
  }));
  const { builds } = buildOrderParams({ buildOrder });
  expect(builds).toHaveLength(MAX_ORDERED_BUILDS);
  expect(builds).toMatchObject({
    0: "1.1 1",
    [MAX_ORDERED_BUILDS - 1]: `1.${MAX_ORDERED_BUILDS} ${MAX_ORDERED_BUILDS}`,
  });
  expect(buildOrderParams({})).toEqual({ builds: [] });
});

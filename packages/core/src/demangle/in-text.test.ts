/** Names are found where they stand, and nothing else changes. */
import { expect, test } from "vitest";
import { demangleInText } from "./in-text.ts";

test.each([
  ["", ""],
  ["nothing in it", "nothing in it"],
  ["$s7harbour4BoatC3rowyyF", "Boat.row()"],
  ["  _$s7harbour4BoatC3rowyyF\t", "  Boat.row()\t"],
  ["1  Harbour  0x1 $s7harbour4BoatC3rowyyF + 12", "1  Harbour  0x1 Boat.row() + 12"],
  ["called by $s7harbour4BoatC3rowyyF.", "called by Boat.row()."],
  ["called by $s7harbour4BoatC3rowyyF...", "called by Boat.row()..."],
  ["__ZN4Boat3rowEv, _ZN4Boat4sinkEi", "Boat::row(), Boat::sink(int)"],
  ["_ZN4Boat3rowEv.cold.1 (in Harbour)", "Boat::row() (.cold.1) (in Harbour)"],
  ["<_RNvC7harbour3row>", "<harbour::row>"],
  ["-[Boat row:with:] + 8", "-[Boat row:with:] + 8"],
  ["___37-[Boat row]_block_invoke_3", "__37-[Boat row]_block_invoke_3"],
  ["MY_ZN4Boat3rowEv is another word", "MY_ZN4Boat3rowEv is another word"],
  ["_TARGET _ROOT _Zebra $1 $s", "_TARGET _ROOT _Zebra $1 $s"],
  // What a replacement would read as a pattern.
  ["_ZN1$1$Ev", "$::$()"],
])("%s", (line, text) => {
  expect(demangleInText(line)).toBe(text);
});

test("the full form too", () => {
  expect(demangleInText("at $s7harbour4BoatC3rowyyFTm", { form: "full" })).toBe("at merged harbour.Boat.row() -> ()");
});

test("a line of a million dots and underscores is read once", () => {
  const line = `$s${"._".repeat(500_000)} ${"_".repeat(500_000)}`;
  expect(demangleInText(line)).toBe(line);
  const dots = `$s1a${".".repeat(1_000_000)}`;
  expect(demangleInText(dots).length).toBeGreaterThanOrEqual(1_000_000);
});

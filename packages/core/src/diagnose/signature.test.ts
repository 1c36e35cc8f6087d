import { expect, test } from "vitest";
import { frame, report } from "../../test/reports.ts";
import type { Frame } from "../report.ts";
import { classify } from "./classify.ts";
import { MAX_RAW_KEY_FRAMES, rawKeyText } from "./raw-key.ts";
import { signatureOf } from "./signature.ts";

const crash = (...frames: Frame[]) => report({ frames, exception: { type: "EXC_BREAKPOINT", signal: "SIGTRAP" } });
const signature = (...frames: Frame[]) => signatureOf(crash(...frames), classify(crash(...frames)));

test("names the first frame of the app, not the system frame above it", () => {
  const { title, confidence, why } = signature(
    frame(1, 8, "objc_msgSend"),
    frame(0, 64, "-[HBRMap draw]"),
    frame(0, 80, "main"),
  );
  expect(title).toBe("Swift trap, reason unknown in -[HBRMap draw]");
  expect(confidence).toBe("high");
  expect(why).toEqual(["v2", "stopped", "-[HBRMap draw] (app, 1)"]);
});

test("stays the same when the code moved: offsets, a clone suffix, a specialisation", () => {
  const before = signature(frame(0, 64, "$s4Main4loadyyF"), frame(0, 80, "run"));
  const after = signature(frame(0, 128, "$s4Main4loadyyFTf4x_g"), frame(0, 96, "run.cold.1"));
  expect(after.key).toBe(before.key);
});

test("differs for another function and for another cause", () => {
  const one = signature(frame(0, 64, "load"));
  expect(signature(frame(0, 64, "save")).key).not.toBe(one.key);
  const other = report({ frames: [frame(0, 64, "load")], exception: { type: "EXC_ARITHMETIC" } });
  expect(signatureOf(other, classify(other)).key).not.toBe(one.key);
});

test("recursion of any depth is one signature", () => {
  const deep = (depth: number) => [...Array.from({ length: depth }, () => frame(0, 64, "walk")), frame(0, 80, "main")];
  expect(signature(...deep(30)).key).toBe(signature(...deep(3)).key);
});

test("the frame that only says why Swift trapped is no function", () => {
  const { title } = signature(frame(0, 64, "Swift runtime failure: arithmetic overflow"), frame(0, 64, "total"));
  expect(title).toBe("Overflow, division or narrowing in total");
});

test("without names it is provisional and says where", () => {
  const { title, confidence } = signature(frame(1, 8), frame(0, 64));
  expect({ title, confidence }).toEqual({
    title: "Swift trap, reason unknown at Harbor + 64",
    confidence: "provisional",
  });
});

test("a stack of system frames only is low in confidence", () => {
  expect(signature(frame(1, 8, "abort"), frame(1, 16, "start")).confidence).toBe("low");
});

test("the raw key ignores what differs between two devices, and nothing else", () => {
  const base = crash(frame(0, 64));
  const key = rawKeyText(base, "app");
  expect(
    rawKeyText(
      { ...base, incidentId: "X", crashedAt: "2026-01-01T00:00:00.000Z", device: { model: "iPad14,1" } },
      "app",
    ),
  ).toBe(key);
  const pid = { ...base, termination: { namespace: "SIGNAL", code: 5n, reasons: ["killed 4127"] } };
  expect(rawKeyText(pid, "app")).toBe(
    rawKeyText({ ...pid, termination: { ...pid.termination, reasons: ["killed 99"] } }, "app"),
  );
  const others = [
    crash(frame(0, 68)),
    crash(frame(1, 64)),
    crash(frame(0, 64, "x")),
    { ...base, kind: "hang" as const },
  ];
  expect(others.filter((other) => rawKeyText(other, "app") === key)).toEqual([]);
  expect(rawKeyText(base, "other app")).not.toBe(key);
});

test("frames past the limit do not make every overflow unique", () => {
  const deep = (depth: number) => crash(...Array.from({ length: depth }, () => frame(0, 64)));
  expect(rawKeyText(deep(MAX_RAW_KEY_FRAMES + 1), "app")).toBe(rawKeyText(deep(MAX_RAW_KEY_FRAMES), "app"));
  expect(rawKeyText(deep(MAX_RAW_KEY_FRAMES - 1), "app")).not.toBe(rawKeyText(deep(MAX_RAW_KEY_FRAMES), "app"));
});

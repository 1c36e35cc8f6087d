import { expect, test } from "vitest";
import { createTries, MAX_REMEMBERED, PAUSE_MS, TRIES_PER_ADDRESS, TRIES_PER_PERSON } from "./tries.ts";

function setUp() {
  let now = 0;
  const tries = createTries(() => now);
  const untilStopped = (name: (i: number) => string, address: (i: number) => string) => {
    for (let i = 0; i < 100; i++) {
      try {
        tries.count(name(i), address(i));
      } catch (error) {
        expect(error).toMatchObject({ code: "rate-limited" });
        return i;
      }
    }
    return 100;
  };
  return { tries, untilStopped, later: (ms: number) => (now += ms) };
}

test("one person can be tried so often, from wherever", () => {
  const { untilStopped } = setUp();
  expect(
    untilStopped(
      () => "mara",
      (i) => `a${i}`,
    ),
  ).toBe(TRIES_PER_PERSON);
});

test("one address can try so often, whoever's name it tries", () => {
  const { untilStopped } = setUp();
  expect(
    untilStopped(
      (i) => `p${i}`,
      () => "a",
    ),
  ).toBe(TRIES_PER_ADDRESS);
});

test("the pause ends, and trying during it does not make it longer", () => {
  const { tries, untilStopped, later } = setUp();
  untilStopped(
    () => "mara",
    (i) => `a${i}`,
  );
  later(PAUSE_MS - 1);
  expect(() => tries.count("mara", "b")).toThrow("too many tries");
  later(1);
  expect(() => tries.count("mara", "b")).not.toThrow();
});

test("the right password forgets the person's tries, and the address keeps its others", () => {
  const { tries, untilStopped } = setUp();
  for (let i = 1; i < TRIES_PER_PERSON; i++) tries.count("mara", "a");
  tries.count("mara", "a");
  tries.succeeded("mara", "a");
  expect(
    untilStopped(
      () => "mara",
      (i) => `b${i}`,
    ),
  ).toBe(TRIES_PER_PERSON);
  expect(
    untilStopped(
      (i) => `p${i}`,
      () => "a",
    ),
  ).toBe(TRIES_PER_ADDRESS - TRIES_PER_PERSON + 1);
});

test("one more than are remembered drops the oldest", () => {
  const { tries, untilStopped } = setUp();
  untilStopped(
    () => "first",
    () => "a",
  );
  for (let i = 0; i < MAX_REMEMBERED / 2; i++) tries.count(`p${i}`, `b${i}`);
  expect(() => tries.count("first", "c")).not.toThrow();
});

test("a clock that is set back makes nobody wait longer than the pause", () => {
  const { tries, untilStopped, later } = setUp();
  untilStopped(
    () => "mara",
    (i) => `a${i}`,
  );
  later(-48 * 3_600_000);
  expect(() => tries.count("mara", "b")).toThrow("too many tries");
  later(PAUSE_MS);
  expect(() => tries.count("mara", "b")).not.toThrow();
});

import { expect, test } from "vitest";
import { splitTitle } from "./title.ts";

test.each([
  ["Null dereference in Orders.nickname", ["Null dereference in ", "Orders.nickname"]],
  ["Swift trap, reason unknown at Harbor + 3744", ["Swift trap, reason unknown at ", "Harbor + 3744"]],
  ["Hang in -[Shop open in:at ]", ["Hang in ", "-[Shop open in:at ]"]],
  ["App watchdog", ["App watchdog"]],
  [
    "Killed for memory: per-process-limit, in the foreground",
    ["Killed for memory: per-process-limit, in the foreground"],
  ],
  ["Kernel panic: Kernel data abort. at pc 0xf", ["Kernel panic: Kernel data abort. at pc 0xf"]],
  ["Panic in handle_debugger_trap", ["Panic in ", "handle_debugger_trap"]],
  ["Library missing: in app", ["Library missing: in ", "app"]],
])("%s", (title, parts) => {
  expect(splitTitle(title)).toEqual(parts);
});

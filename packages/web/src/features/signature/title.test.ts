import { expect, test } from "vitest";
import { splitTitle } from "./title.ts";

test.each([
  ["Null dereference in Orders.nickname", ["Null dereference in ", "Orders.nickname"]],
  ["Swift trap, reason unknown at Harbor + 3744", ["Swift trap, reason unknown at ", "Harbor + 3744"]],
  ["Hang in -[Shop open in:at ]", ["Hang in ", "-[Shop open in:at ]"]],
  ["App watchdog", ["App watchdog"]],
  ["Library missing: in app", ["Library missing: in ", "app"]],
])("%s", (title, parts) => {
  expect(splitTitle(title)).toEqual(parts);
});

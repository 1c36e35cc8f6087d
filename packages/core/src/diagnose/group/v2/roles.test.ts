import { expect, test } from "vitest";
import { systemRole } from "./roles.ts";

test.each([
  ["__pthread_kill", "plumbing"],
  ["abort", "plumbing"],
  ["_objc_terminate()", "plumbing"],
  ["_assertionFailure(_:_:file:line:flags:)", "boundary"],
  ["closure #1 in closure #1 in _assertionFailure(_:_:file:line:flags:)", "boundary"],
  ["objc_exception_throw", "boundary"],
  ["objc_msgSend", "runtime"],
  ["swift_release", "runtime"],
  ["Array._checkSubscript(_:wasNativeTypeChecked:)", "container"],
  ["RangeReplaceableCollection<>.removeLast()", "container"],
  ["_dispatch_call_block_and_release", "dispatch"],
  ["UIApplicationMain", "dispatch"],
  ["AG::Graph::UpdateStack::update()", "ui-engine"],
  ["-[UITableView reloadData]", "system-api"],
  ["ArrayBuilderOfMine", "system-api"],
])("%s is %s", (name, role) => {
  expect(systemRole(name)).toBe(role);
});

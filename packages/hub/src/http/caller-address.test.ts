import { expect, test } from "vitest";
import { callerAddress } from "./caller-address.ts";

test.each([
  ["without a proxy nothing a sender writes counts", "198.51.100.7", "203.0.113.1", false, "198.51.100.7"],
  ["a proxy on this machine is believed", "127.0.0.1", "203.0.113.1", true, "203.0.113.1"],
  ["only its own entry, the last", "10.0.0.2", "1.1.1.1, 203.0.113.1", true, "203.0.113.1"],
  ["somebody far away is not believed", "198.51.100.7", "203.0.113.1", true, "198.51.100.7"],
  ["an entry that is no address", "127.0.0.1", "<script>", true, "127.0.0.1"],
  ["an IPv4 address in IPv6", "::ffff:192.0.2.1", undefined, false, "192.0.2.1"],
  ["no socket at all", undefined, undefined, true, ""],
])("%s", (_, peer, forwarded, behindProxy, expected) => {
  const headers: Record<string, string> = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  expect(callerAddress(new Request("http://hub.test/", { headers }), peer, behindProxy)).toBe(expected);
});

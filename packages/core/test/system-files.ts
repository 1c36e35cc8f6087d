/** Fixtures of reports about a whole system or a span of time: jetsam, limits, hangs, stackshots, panics, telemetry. */
export const SYSTEM_FIXTURES: readonly (readonly [name: string, input: string])[] = [
  ["format-cpu-resource-mac", "input.diag"],
  ["format-disk-writes", "input.ips"],
  ["format-hang-ios", "input.ips"],
  ["format-hang-mac", "input.hang"],
  ["format-jetsam", "input.ips"],
  ["format-jetsam-cut", "input.ips"],
  ["format-jetsam-ios7", "input.txt"],
  ["format-panic", "input.ips"],
  ["format-panic-mac", "input.panic"],
  ["format-sample-tool", "input.txt"],
  ["format-spindump-excerpt", "input.txt"],
  ["format-stackshot", "input.ips"],
  ["format-stackshot-ios7", "input.ips"],
  ["format-system-watchdog", "input.ips"],
  ["format-telemetry", "input.ips"],
];

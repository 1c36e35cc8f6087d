/** Fixtures of MetricKit and App Store Connect, and the files of the corpus with what was counted in them by hand. */

export const METRICKIT_FIXTURES: readonly (readonly [name: string, input: string])[] = [
  ["format-asc-beta-crash-log", "input.json"],
  ["format-asc-diagnostic-logs", "input.json"],
  ["format-meter-exception-log", "input.log"],
  ["format-metrickit-27-diagnostics", "input.json"],
  ["format-metrickit-27-metrics", "input.json"],
  ["format-metrickit-crash", "input.json"],
  ["format-metrickit-cut", "input.json"],
  ["format-metrickit-description", "input.txt"],
  ["format-metrickit-exception", "input.json"],
  ["format-metrickit-ios14", "input.json"],
  ["format-metrickit-metrics", "input.json"],
  ["format-metrickit-metrics-zh", "input.json"],
  ["format-metrickit-sampled", "input.json"],
  ["format-metrickit-simulated", "input.json"],
  ["format-metrickit-watchdog-alone", "input.json"],
];

/** One kind for each report in the file. */
export const METRICKIT_CORPUS: readonly (readonly [
  path: string,
  kinds: readonly string[],
  problems: readonly string[],
])[] = [
  ["corpus/metrickit/axiom-bad_memory_access.json", ["crash"], []],
  ["corpus/metrickit/axiom-swift_forced_unwrap.json", ["crash"], []],
  ["corpus/metrickit/axiom-watchdog_termination.json", ["crash"], []],
  ["corpus/metrickit/embrace-crash_diagnostic_01.json", ["crash"], []],
  ["corpus/metrickit/meter-exception.log", ["crash"], []],
  ["corpus/metrickit/meter-ios_uncaugh_exception_payload.json", ["crash"], []],
  ["corpus/metrickit/meter-xcode_simulated.json", ["crash", "hang", "cpu", "disk-writes"], []],
  ["corpus/metrickit/meter-xcode_simulated_macOS_12.json", ["crash", "hang", "cpu", "disk-writes"], []],
  ["corpus/metrickit/rnmetrickit-ios-metrics.json", ["metrics"], []],
  // Trees saved alone do not say what happened.
  ["corpus/metrickit/sentrycocoa-not-per-thread.json", ["cpu"], []],
  ["corpus/metrickit/sentrycocoa-per-thread-flamegraph.json", ["other"], []],
  ["corpus/metrickit/sentrycocoa-per-thread.json", ["other"], []],
  ["corpus/metrickit/sentrycocoa-tree-garbage.json", ["other"], ["truncated"]],
  ["corpus/metrickit/sentrycocoa-tree-real.json", ["other"], []],
  ["corpus/asc-api/zelentsov-metrics_diagnostic_logs.json", ["disk-writes"], []],
];

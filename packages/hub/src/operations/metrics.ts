/** The text of `/metrics`, in Prometheus' exposition format. */
import type { EventEngine } from "../stores/events/event-engine.ts";
import type { HealthStore } from "./health-store.ts";

export interface MetricsDeps {
  readonly health: HealthStore;
  readonly engine: EventEngine;
  readonly version: string;
}

interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

const ENGINE_PATIENCE_MS = 2_000;

export async function metricsText(deps: MetricsDeps): Promise<string> {
  return `${(await metricsOf(deps)).map(format).join("\n")}\n`;
}

async function metricsOf({ health, engine, version }: MetricsDeps): Promise<readonly Metric[]> {
  const { waiting } = await health.queue();
  return [
    { name: "windfall_info", type: "gauge", help: "Version of the hub.", value: 1, labels: { version } },
    {
      name: "windfall_uploads_accepted_total",
      type: "counter",
      help: "Uploads that were acknowledged, usage included.",
      value: await health.accepted(),
    },
    {
      name: "windfall_reports_processed_total",
      type: "counter",
      help: "Reports that are in the events.",
      value: await health.storedReports(),
    },
    { name: "windfall_uploads_waiting", type: "gauge", help: "Uploads that wait to be processed.", value: waiting },
    {
      name: "windfall_uploads_set_aside",
      type: "gauge",
      help: "Uploads that could not be taken up.",
      value: await health.setAside(),
    },
    {
      name: "windfall_engine_up",
      type: "gauge",
      help: "Whether the event engine answers.",
      value: (await answers(engine)) ? 1 : 0,
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Memory of the hub's own process, without the engine's.",
      value: process.memoryUsage.rss(),
    },
  ];
}

function format({ name, type, help, value, labels = {} }: Metric): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text.replace(/[\\"\n]/g, "_")}"`);
  const of = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}${of} ${value}`;
}

async function answers(engine: EventEngine): Promise<boolean> {
  try {
    await engine.query("SELECT 1", {}, { timeoutMs: ENGINE_PATIENCE_MS });
    return true;
  } catch {
    return false;
  }
}

/** What the React Native library for MetricKit hands to an app: its own numbers, and the groups of the payload under `raw`. */
import type { Parsed, Report } from "../../report.ts";
import type { JsonDocument } from "../format.ts";
import { type JsonObject, objectOf, textOf, without } from "../json-fields.ts";
import { isGroupKey, parseMetricPayload } from "./metrics.ts";
import { moment } from "./window.ts";

const OWN_NUMBER = /(Ms|Bytes|ExitCounts)$/;

export function isWrapped(value: JsonObject): boolean {
  const raw = objectOf(value["raw"]);
  return (
    raw !== undefined && Object.keys(raw).some(isGroupKey) && Object.keys(value).some((key) => OWN_NUMBER.test(key))
  );
}

/** Its numbers are read like a group of their own: they may say more than `raw`. */
export function parseWrapped({ value, reading }: JsonDocument): Parsed<Report> {
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => OWN_NUMBER.test(key)));
  const raw = objectOf(value["raw"]) ?? {};
  const osVersion = [textOf(value["platform"]), textOf(value["osVersion"])]
    .filter((part) => part !== undefined)
    .join(" ");
  const time = moment(value["timestamp"]);
  return parseMetricPayload({
    payload: {
      ...raw,
      wrapperMetrics: own,
      ...(value["appVersion"] !== undefined && { appVersion: value["appVersion"] }),
      ...(time !== undefined && { timeStampEnd: time }),
      metaData: { ...objectOf(raw["metaData"]), osVersion },
    },
    reading,
    rest: without(value, [...Object.keys(own), "raw", "platform", "osVersion", "appVersion", "timestamp"]),
  });
}

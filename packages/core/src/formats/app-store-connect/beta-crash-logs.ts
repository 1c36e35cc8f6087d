/** `betaCrashLogs`: what a TestFlight user sent along, Apple's crash text inside JSON:API. One resource or a list of them. */
import type { Parsed, Report } from "../../report.ts";
import { parseCrashText } from "../crash-text/report.ts";
import type { JsonDocument, JsonFormat } from "../format.ts";
import { parseContainer } from "../ips/container.ts";
import { parseIps } from "../ips/report.ts";
import { arrayOf, type JsonObject, objectOf, textOf } from "../json-fields.ts";
import { MAX_REPORTS_IN_ARRAY } from "../limits.ts";

export const betaCrashLogsFormat: JsonFormat = {
  format: "asc",
  is: (value) => resourcesOf(value).length > 0,
  parse: parseBetaCrashLogs,
};

interface Resource {
  readonly id?: string;
  readonly text: string;
}

function resourcesOf(value: JsonObject): readonly Resource[] {
  const data = value["data"];
  const included = arrayOf(value["included"]) ?? [];
  return [...(arrayOf(data) ?? (data === undefined ? [] : [data])), ...included]
    .slice(0, MAX_REPORTS_IN_ARRAY)
    .flatMap((entry) => {
      const resource = objectOf(entry);
      const text = textOf(objectOf(resource?.["attributes"])?.["logText"]);
      const id = textOf(resource?.["id"]);
      return text === undefined ? [] : [{ text, ...(id !== undefined && { id }) }];
    });
}

function parseBetaCrashLogs({ value }: JsonDocument): readonly Parsed<Report>[] {
  return resourcesOf(value).flatMap(({ id, text }) =>
    read(text).map((parsed): Parsed<Report> => {
      if (id === undefined) return parsed;
      return { ...parsed, value: { ...parsed.value, metadata: { ...parsed.value.metadata, betaCrashLog: id } } };
    }),
  );
}

/** Text so far; a report as iOS 15 and later write it would do as well. */
function read(text: string): readonly Parsed<Report>[] {
  const container = parseContainer(text);
  if (container === undefined) return parseCrashText(text);
  const { header = {}, body } = container;
  return body.kind === "text" ? parseCrashText(body.text, header, body.firstLine) : [parseIps(header, body)];
}

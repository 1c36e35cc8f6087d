/** Comma-separated values (RFC 4180) of what a page shows, saved as a file. Numbers go out as numbers: no unit, no grouping. */
import { saveAs } from "./save-as.ts";

export type CsvValue = string | number | null | undefined;
export type CsvRow = Readonly<Record<string, CsvValue>>;

/** The columns are those of the first row. */
export function csvOf(rows: readonly CsvRow[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

function field(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  // A text that begins like a formula would be one to a spreadsheet, and these come from strangers' reports.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const saveCsv = (name: string, rows: readonly CsvRow[]): void => saveAs(`${name}.csv`, csvOf(rows), "text/csv");

/** Short lists for people: columns as wide as what is in them, the last one ragged. */
import { printable } from "./printable.ts";

export function inColumns(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((cell) => printable(cell)));
  const width = (column: number) => Math.max(...shown.map((row) => row[column]?.length ?? 0));
  return shown
    .map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(width(i)))).join("  ")}\n`)
    .join("");
}

/** `2026-11-24` of an ISO time. */
export const day = (time: string): string => time.slice(0, 10);

/**
 * Peak memory of reading one large report: a process of its own each, whose resident set at its highest is compared with that of a process
 * that reads a small report of the same format and has the large file's bytes in memory too. Run by `bench/formats.ts`.
 */
import { parseReports } from "@windfall/core";
import { readFileSync } from "node:fs";

const [parsed = "", held = ""] = process.argv.slice(2);
const bytes = readFileSync(held);
parseReports(parsed === held ? bytes : readFileSync(parsed));
process.stdout.write(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024, heldBytes: bytes.length }));

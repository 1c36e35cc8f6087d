/** Reads one report and prints the most memory the process had, in bytes: a process of its own each, run by `bench/formats.ts`. */
import { parseReports } from "@windfall/core";
import { readFileSync } from "node:fs";

parseReports(readFileSync(process.argv[2] ?? ""));
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));

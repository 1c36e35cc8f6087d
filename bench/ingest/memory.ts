/** Resident memory of the hub and of its engine child, in MB. */
import { spawn } from "node:child_process";

export interface Memory {
  readonly hub: number;
  readonly engine: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const lines = await output("ps", ["-eo", "pid=,ppid=,rss="]);
  const rows = lines
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const megabytes = (sum: number) => Math.round(sum / 1024);
  const own = rows.filter(([id]) => id === pid).reduce((sum, [, , rss = 0]) => sum + rss, 0);
  const children = rows.filter(([, parent]) => parent === pid).reduce((sum, [, , rss = 0]) => sum + rss, 0);
  return { hub: megabytes(own), engine: megabytes(children) };
}

function output(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
}

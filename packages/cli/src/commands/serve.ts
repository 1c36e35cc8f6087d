/** `windfall serve`: becomes the hub. */
import type { Arguments } from "../arguments.ts";
import { usageFailure } from "../failure.ts";
import { becomeHub } from "../hub-process.ts";
import type { Terminal } from "../terminal.ts";

export async function serveCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const flags = ["data", "port", "host", "public-url"].flatMap((name) => {
    const value = args.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const port = args.text("port");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw usageFailure(`--port is a number from 0 to 65535, not '${port}'`);
  }
  if (args.has("demo")) flags.push("--demo");
  return becomeHub(flags, terminal);
}

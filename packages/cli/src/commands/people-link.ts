/** `windfall people link`: a new one-time sign-in link, on the hub's own machine, for an owner who is locked out. */
import type { Arguments } from "../arguments.ts";
import { becomeHub } from "../hub-process.ts";
import type { Terminal } from "../terminal.ts";

export async function peopleLinkCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const data = args.text("data");
  return becomeHub(["sign-in-link", ...(data === undefined ? [] : ["--data", data])], terminal);
}

/**
 * `windfall people link`: a new one-time sign-in link. Without a name for the owner, on the hub's own machine: the way back for somebody
 * who is locked out. With a name, over the API.
 */
import type { Arguments } from "../arguments.ts";
import { usageFailure } from "../failure.ts";
import { becomeHub } from "../hub-process.ts";
import type { Terminal } from "../terminal.ts";
import { linkOverApi } from "./people-commands.ts";

export async function peopleLinkCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const [name] = args.operands;
  const data = args.text("data");
  if (name !== undefined) {
    if (data !== undefined)
      throw usageFailure("--data is for the owner's own link; a link for somebody else is made over the API");
    return linkOverApi(args, terminal, name);
  }
  return becomeHub(["sign-in-link", ...(data === undefined ? [] : ["--data", data])], terminal);
}

/** `windfall hub rebuild`: has the running hub make its events anew from what it keeps, and shows how far it is. */
import type { Rebuild } from "@windfall/api";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode } from "../failure.ts";
import { openHub } from "../hub.ts";
import type { Terminal } from "../terminal.ts";

const ASK_EVERY_MS = 500;

export async function hubRebuildCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const hub = await openHub(args, terminal);
  const json = args.text("format") === "json";
  let shown = "";
  try {
    let rebuild = await hub.client.call("startRebuild", {});
    while (rebuild.state === "running") {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      rebuild = await hub.client.call("rebuild", {});
      if (!json && terminal.progress) show(rebuild);
    }
    if (shown !== "") terminal.err("\n");
    if (rebuild.state === "failed") {
      throw new CliFailure("rebuild-failed", `the events are as they were: ${rebuild.reason ?? "no reason told"}`, 1);
    }
    terminal.out(json ? `${JSON.stringify(rebuild)}\n` : `${ended(rebuild)}\n`);
    return 0;
  } catch (error) {
    throw hub.failure(error, "the rebuild") ?? error;
  }

  function show({ done, total, symbols }: Rebuild): void {
    const text =
      symbols.total === 0
        ? `\u001b[2K\r${done} of ${total} reports`
        : `\u001b[2K\r${symbols.done + symbols.failed} of ${symbols.total} slices of debug files`;
    if (text !== shown) terminal.err(text);
    shown = text;
  }
}

function ended({ done, unreadable, symbols }: Rebuild): string {
  const packed = symbols.total === 0 ? "" : `, the symbols of ${symbols.done} of ${symbols.total} slices packed again`;
  const told = `the events of ${done} reports are made anew${packed}`;
  return unreadable === 0
    ? told
    : `${told}; the bytes of ${unreadable} cannot be read, their events stay as they were: 'windfall doctor --blobs 100000' names them`;
}

/** `windfall doctor`: asks a hub whether it is well. Ends with 1 when something is wrong. */
import type { Doctor, Finding } from "@windfall/api";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, usageFailure } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printable } from "../output/printable.ts";
import { createStyle } from "../output/style.ts";
import type { Terminal } from "../terminal.ts";

export async function doctorCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const blobs = args.text("blobs");
  if (blobs !== undefined && !/^\d{1,6}$/.test(blobs)) throw usageFailure(`--blobs: '${blobs}' is no number`);
  const hub = await openHub(args, terminal);
  let doctor: Doctor;
  try {
    doctor = await hub.client.call("doctor", { query: blobs === undefined ? {} : { blobs: Number(blobs) } });
  } catch (error) {
    throw hub.failure(error, "the hub could not be examined") ?? error;
  }
  if (args.text("format") === "json") terminal.out(`${JSON.stringify(doctor)}\n`);
  else for (const line of lines(doctor, createStyle(terminal.colour))) terminal.out(`${line}\n`);
  return doctor.healthy ? 0 : 1;
}

const WORDS: Readonly<Record<Finding["level"], string>> = { ok: "ok", warning: "look", problem: "WRONG" };

function lines({ findings }: Doctor, style: ReturnType<typeof createStyle>): string[] {
  return findings.flatMap(({ check, level, found, wayOut }) => {
    const head = `${WORDS[level].padEnd(5)}  ${check.padEnd(11)}  ${printable(found)}`;
    const said = level === "ok" ? head : style.warn(head);
    return wayOut === undefined ? [said] : [said, `${" ".repeat(20)}${printable(wayOut)}`];
  });
}

/** `--help`: for the whole tool, for a group of commands, for one. */
import { COMMANDS, type Command } from "./commands.ts";

export function helpOf(command: Command): string {
  const flags = [
    ...command.flags.map(({ name, short, value, repeatable, help }) => [
      `${short === undefined ? "" : `-${short}, `}${command.dash ?? "--"}${name}${value === undefined ? "" : ` ${value}`}${repeatable ? " …" : ""}`,
      help,
    ]),
    ["--help", "this text"],
  ] as const;
  return [
    `windfall ${command.name}: ${command.summary}`,
    "",
    `  windfall ${[command.name, operandsOf(command), "[FLAGS]"].filter(Boolean).join(" ")}`,
    ...(command.details === undefined ? [] : ["", command.details]),
    "",
    ...columns(flags),
    "",
    "Example",
    `  ${command.example}`,
    "",
  ].join("\n");
}

/** The commands whose name begins with `group`; all of them for an empty one. */
export function helpOfAll(group = ""): string {
  const commands = COMMANDS.filter(({ name }) => name.startsWith(group));
  return [
    "windfall: from Apple's crash reports to the line that broke",
    "",
    ...columns(
      commands.map((command) => [[command.name, operandsOf(command)].filter(Boolean).join(" "), command.summary]),
    ),
    "",
    "Example",
    `  ${commands[0]?.example ?? ""}`,
    "",
    "windfall COMMAND --help tells more; windfall --version prints the version.",
    "Ends with 0 done, 1 the answer is no or the work failed, 2 wrong usage, 3 input unreadable.",
    "",
  ].join("\n");
}

function operandsOf({ operands }: Command): string {
  return operands.name === "" ? "" : `${operands.name}${operands.max > 1 ? "…" : ""}`;
}

function columns(rows: readonly (readonly [string, string])[] | readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  return rows.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}`);
}

/** One command line from its words to its exit code. */
import { nearest, parseArguments } from "./arguments.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { CliFailure, type ExitCode, usageFailure } from "./failure.ts";
import { helpOf, helpOfAll } from "./help.ts";
import { printFailure } from "./output/failure.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    printFailure(error, terminal, wantsJson(argv));
    return error.exit;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = argv;
  if (first === "--version" || first === "-V") return print(`${VERSION}\n`);
  if (first === "help") return dispatch([...argv.slice(1), "--help"], terminal);
  const found = findCommand(argv);
  if (!found) return withoutCommand();
  const { command, rest } = found;
  const end = rest.indexOf("--");
  if ((end < 0 ? rest : rest.slice(0, end)).some((word) => word === "--help" || word === "-h")) {
    return print(helpOf(command));
  }
  const args = parseArguments(rest, command.flags, command.dash);
  const { operands } = command;
  if (args.operands.length < operands.min) {
    throw usageFailure(`${command.name} needs a ${operands.name}: ${command.example}`);
  }
  if (args.operands.length > operands.max) {
    throw usageFailure(`${command.name} takes no '${args.operands[operands.max]}': ${command.example}`);
  }
  const perform = await command.load();
  return perform(args, terminal);

  function withoutCommand(): ExitCode {
    const group = COMMANDS.find(({ name }) => name.startsWith(`${first} `)) ? first : undefined;
    const [next] = group === undefined ? argv : argv.slice(1);
    if (next === "--help" || next === "-h") return print(helpOfAll(group));
    if (next === undefined) {
      throw usageFailure(
        group === undefined
          ? "which command? windfall --help lists them"
          : `which one? windfall ${group} --help lists them`,
      );
    }
    const words = argv.slice(0, group === undefined ? 1 : 2).join(" ");
    const near = nearest(
      words,
      COMMANDS.map(({ name }) => name),
    );
    throw usageFailure(
      `unknown command '${words}'; ${near ? `did you mean '${near}'?` : "windfall --help lists them"}`,
    );
  }

  function print(text: string): ExitCode {
    terminal.out(text);
    return 0;
  }
}

/** Before the flags are parsed, for an error about the flags themselves. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, i) => word === "--format=json" || (word === "--format" && argv[i + 1] === "json"));
}

/**
 * Flags and operands of one command, strict: an unknown flag is an error with a hint. Written by hand because it runs before
 * everything else: a library for it costs half of what an empty Node process takes to start.
 */
import { usageFailure } from "./failure.ts";

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, given with one dash. */
  readonly short?: string;
  /** Placeholder of its value; a flag without one is a switch. */
  readonly value?: string;
  readonly repeatable?: true;
  readonly choices?: readonly string[];
  readonly help: string;
}

export type Dash = "-" | "--";

export interface Arguments {
  readonly operands: readonly string[];
  has(flag: string): boolean;
  text(flag: string): string | undefined;
  list(flag: string): readonly string[];
}

/** `dash`: one for commands that take the flags of a tool they stand in for, as they are. */
export function parseArguments(argv: readonly string[], flags: readonly Flag[], dash: Dash = "--"): Arguments {
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  for (let i = 0; i < argv.length; i++) {
    const token = argv[i] ?? "";
    if (token === "--") {
      operands.push(...argv.slice(i + 1));
      break;
    }
    if (!token.startsWith("-") || token === "-") {
      operands.push(token);
      continue;
    }
    const equals = token.indexOf("=");
    const given = equals < 0 ? token : token.slice(0, equals);
    const flag = flags.find(({ name, short }) => given === `${dash}${name}` || given === `-${short}`);
    if (!flag) throw usageFailure(`unknown flag ${given}${hint(given, flags, dash)}`);
    const before = values.get(flag.name);
    if (before && !flag.repeatable) throw usageFailure(`${given} is given twice`);
    values.set(flag.name, [...(before ?? []), valueOf(flag, equals < 0 ? undefined : token.slice(equals + 1))]);

    function valueOf({ value, choices }: Flag, inline: string | undefined): string {
      if (value === undefined) {
        if (inline !== undefined) throw usageFailure(`${given} takes no value`);
        return "";
      }
      const next = inline ?? argv[++i];
      if (next === undefined || next === "" || (inline === undefined && next.startsWith("--"))) {
        throw usageFailure(`${given} needs a value: ${given} ${value}`);
      }
      if (choices && !choices.includes(next)) {
        throw usageFailure(`${given} is one of ${choices.join(", ")}, not '${next}'`);
      }
      return next;
    }
  }
  return {
    operands,
    has: (flag) => values.has(flag),
    text: (flag) => values.get(flag)?.at(-1),
    list: (flag) => values.get(flag) ?? [],
  };
}

/** Which of `names` was meant, where one is near enough. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: name.startsWith(given) ? 0.5 : editDistance(given, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return ranked && ranked.distance <= Math.max(1, Math.floor(given.length / 3)) ? ranked.name : undefined;
}

function hint(given: string, flags: readonly Flag[], dash: Dash): string {
  const names = [...flags.map(({ name }) => `${dash}${name}`), "--help"];
  const near = nearest(given, names);
  return near ? `; did you mean ${near}?` : `; known are ${names.join(", ")}`;
}

/** Names longer than this are no slip of the finger. */
const MAX_EDIT_LENGTH = 40;

function editDistance(a: string, b: string): number {
  if (a.length > MAX_EDIT_LENGTH || b.length > MAX_EDIT_LENGTH) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

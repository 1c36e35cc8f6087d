/** Linker names of the functions of a made-up program, as a Swift compiler writes them in one build or another. */

export interface SwiftFunction {
  readonly language: "swift";
  readonly module: string;
  readonly type: string;
  readonly typeKind: "C" | "V";
  readonly base: string;
  readonly labels: readonly string[];
  readonly shape: "function" | "getter" | "async";
  /** The crash is in a closure of the function, this many levels deep. */
  readonly closureDepth: number;
}
export interface OtherFunction {
  readonly language: "objective-c" | "c++";
  readonly name: string;
}
export type MadeFunction = SwiftFunction | OtherFunction;

/** What differs between two builds of one function without its source having changed its meaning. */
export interface NameState {
  /** 0-based number of the closure, per level. */
  readonly ordinals: readonly number[];
  /** Which part of an async function runs. */
  readonly asyncPart: number;
  readonly specialisation: "none" | "signature" | "generic";
}

export function linkerName(made: MadeFunction, state: NameState): string {
  if (made.language !== "swift") return made.name;
  const { module, type, typeKind, base, labels, shape, closureDepth } = made;
  const context = `$s${identifier(module)}${identifier(type)}${typeKind}${identifier(base)}`;
  const suspends = shape === "async" ? "YaK" : "";
  const labelList = labels.map((label) => identifier(label)).join("");
  const parameters = labels.length === 0 ? "y" : labels.length === 1 ? "SS_t" : `SS_${"Si".repeat(labels.length - 1)}t`;
  let name = shape === "getter" ? `${context}Sivg` : `${context}${labelList}y${parameters}${suspends}F`;
  for (let level = 0; level < closureDepth; level++) {
    const ordinal = state.ordinals[level] ?? 0;
    name += `yy${suspends}cfU${ordinal === 0 ? "_" : `${ordinal - 1}_`}`;
  }
  if (shape === "async") name += `TY${state.asyncPart === 0 ? "0" : state.asyncPart}_`;
  if (state.specialisation === "generic") return `${name}Si_Tg5`;
  return state.specialisation === "signature" && shape !== "async" ? `${name}Tf4n_g` : name;
}

const identifier = (text: string): string => `${text.length}${text}`;

/** The public door of `@windfall/core/demangle`. */
export { demangle, type Demangled, type DemangleOptions, type NameScheme, tryDemangle } from "./demangle.ts";
export { demangleInText } from "./in-text.ts";
export { nameFacts, type NameFacts } from "./name-facts.ts";

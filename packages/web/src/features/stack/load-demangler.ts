/** The demangler as a file of its own: a stack is drawn before it is there. */
import type { Demangler } from "./names.ts";

export const loadDemangler = (): Promise<Demangler> => import("@windfall/core/demangle");

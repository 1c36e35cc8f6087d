/** The text of a panic: ids of the boot and of the machine. What stands behind it about the machine is cut by `scrub.ts`. */
import { scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";

const IDS = /((?:Boot session UUID|Anonymous UUID|Sleep\/Wake UUID): {1,8})([\w-]{8,64})/g;

export function scrubPanic(text: string, { pseudonym }: Rules): string {
  return scrubPaths(text).replace(IDS, (_, label: string, id: string) => label + pseudonym(id));
}

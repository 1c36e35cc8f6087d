/** Why the symbols of an image are not here, and the command that mends it: the words of "why is it unsymbolicated?". */
import type { ImageSymbols } from "@windfall/core";

export interface ImageVerdict {
  readonly image: ImageSymbols;
  readonly why: string;
  /** A command to copy; absent where nothing is to be done. */
  readonly mend?: string;
}

export function verdictOf(image: ImageSymbols, report: string): ImageVerdict {
  return { image, ...VERDICTS[image.status](image, report) };
}

const VERDICTS: Readonly<
  Record<ImageSymbols["status"], (image: ImageSymbols, report: string) => Omit<ImageVerdict, "image">>
> = {
  found: ({ path }) => ({ why: path ?? "" }),
  system: () => ({ why: "part of the OS: never in an app's dSYMs, and not needed for grouping" }),
  missing: ({ uuid }) =>
    uuid === undefined
      ? { why: "the report gives no UUID for it, so no dSYM can be matched" }
      : { why: `no dSYM with UUID ${uuid} was found`, mend: spotlight(uuid) },
  "uuid-mismatch": ({ name, uuid, held }) => ({
    why: `a dSYM of ${name} is here, but of another build (UUID ${held ?? "unknown"}); a rebuild gets a new UUID, so take the dSYM of the archive that was shipped`,
    ...(uuid !== undefined && { mend: spotlight(uuid) }),
  }),
  "wrong-architecture": ({ name, arch, held }, report) => ({
    why: `a dSYM of ${name} is here for ${held ?? "another architecture"}, and the report ran ${arch ?? "another one"}; the dSYM of the archive has every slice`,
    mend: `windfall symbols verify ${quoted(report)} --symbols PATH/TO/App.xcarchive`,
  }),
};

/** What Spotlight on the Mac that built it knows; its dSYM is then given by --symbols. */
const spotlight = (uuid: string) => `mdfind "com_apple_xcode_dsym_uuids == ${uuid.toUpperCase()}"`;

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

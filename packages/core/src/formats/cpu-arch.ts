/** What a processor is called: by Mach's numbers, as in a Mach-O header, and in the words of Apple's reports. */

const ARMV7 = new Map([
  [6, "armv6"],
  [9, "armv7"],
  [11, "armv7s"],
  [12, "armv7k"],
]);

/** Mach's numbers, as in a Mach-O header; the top byte of a subtype holds capabilities. */
export function archOfCpu(type: number | undefined, subtype: number | undefined): string | undefined {
  const kind = subtype === undefined ? 0 : subtype & 0x00ff_ffff;
  switch (type) {
    case 0x0100_000c:
      return kind === 2 ? "arm64e" : "arm64";
    case 0x0200_000c:
      return "arm64_32";
    case 0x0100_0007:
      return kind === 8 ? "x86_64h" : "x86_64";
    case 12:
      return ARMV7.get(kind) ?? "armv7";
    case 7:
      return "i386";
    default:
      return undefined;
  }
}

/** "Code Type" of Apple's reports, without what stands in brackets. */
export function codeTypeOf(arch: string | undefined): string | undefined {
  if (arch === undefined) return undefined;
  if (arch === "arm64_32") return "ARM64_32";
  if (arch.startsWith("arm64")) return "ARM-64";
  if (arch.startsWith("arm")) return "ARM";
  if (arch.startsWith("x86_64")) return "X86-64";
  return arch === "i386" || arch === "x86" ? "X86" : arch.toUpperCase();
}

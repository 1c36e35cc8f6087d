/** CPU types and subtypes as the names Apple's tools and crash reports use (mach/machine.h). */

const CPU_TYPE_I386 = 7;
const CPU_TYPE_X86_64 = 0x0100_0007;
const CPU_TYPE_ARM = 12;
const CPU_TYPE_ARM64 = 0x0100_000c;
const CPU_TYPE_ARM64_32 = 0x0200_000c;

/** The top byte of a subtype holds capability bits (arm64e binaries have 0x80 there), not identity. */
const SUBTYPE_MASK = 0x00ff_ffff;

const ARM_SUBTYPES: Readonly<Record<number, string>> = {
  5: "armv4t",
  6: "armv6",
  7: "armv5",
  9: "armv7",
  10: "armv7f",
  11: "armv7s",
  12: "armv7k",
  14: "armv6m",
  15: "armv7m",
  16: "armv7em",
};

export function archName(cpuType: number, cpuSubtype: number): string {
  const subtype = cpuSubtype & SUBTYPE_MASK;
  switch (cpuType) {
    case CPU_TYPE_ARM64:
      return subtype === 2 ? "arm64e" : "arm64";
    case CPU_TYPE_ARM64_32:
      return "arm64_32";
    case CPU_TYPE_ARM:
      return ARM_SUBTYPES[subtype] ?? "arm";
    case CPU_TYPE_X86_64:
      return subtype === 8 ? "x86_64h" : "x86_64";
    case CPU_TYPE_I386:
      return "i386";
    default:
      return `cpu-${cpuType.toString(16)}-${subtype.toString(16)}`;
  }
}

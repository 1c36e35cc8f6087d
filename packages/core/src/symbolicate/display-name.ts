/**
 * The one door through which a linkage name becomes a name for people. C and Objective-C names are that already;
 * mangled Swift, C++ and Rust names pass as they are, as long as no demangler stands behind this door.
 */
export function displayName(linkageName: string): string {
  return linkageName;
}

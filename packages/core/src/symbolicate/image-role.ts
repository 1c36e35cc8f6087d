/**
 * Whose code an image is, by where it lies: the app's own binary, what the app brings along, or the OS.
 * Paths come from a stranger's machine and macOS masks parts of them with `*` and `USER`: they are compared, never opened.
 */

export type ImageRole = "app" | "framework" | "system";

/** As much of an image as tells whose it is: of a `Report`, or of its JSON with the base as a number. */
export interface PlacedImage {
  readonly name: string;
  readonly path?: string | undefined;
  readonly base: bigint;
}

/** As much of a report: what ran, where, and what was loaded. */
export interface PlacedReport<I extends PlacedImage = PlacedImage> {
  readonly process: { readonly name?: string | undefined; readonly path?: string | undefined };
  readonly os: { readonly platform?: string | undefined };
  readonly images: readonly I[];
}

/** Where the OS lives, simulators' runtimes (in Xcode or beside it) included. */
const SYSTEM_PREFIXES = [
  "/System/",
  "/usr/lib/",
  "/usr/libexec/",
  "/usr/bin/",
  "/usr/sbin/",
  "/bin/",
  "/sbin/",
  "/Library/Apple/",
  "/Library/Developer/",
  "/Developer/",
  "/private/preboot/",
  "/dyld_shared_cache",
] as const;
const SYSTEM_PARTS = [".simruntime/", "/RuntimeRoot/", "/Contents/Developer/"] as const;

/**
 * Formats without paths give addresses: Apple silicon maps the shared cache of the OS at 0x180000000 or above, Intel
 * far above; an app and what it embeds are loaded below.
 */
const SHARED_CACHE_START = 0x1_8000_0000n;
/** Loaded from outside the shared cache, though part of the OS. */
const SYSTEM_NAME = /^(dyld|dyld_sim|lib(swift|system|objc|dispatch|c\+\+)[^/]*\.dylib)$/;

/**
 * Whose code `image` is in `report`.
 *
 * @example
 * imageRole({ name: "UIKitCore", path: "/System/Library/PrivateFrameworks/UIKitCore.framework/UIKitCore", base: 0n }, report); // "system"
 */
export function imageRole(image: PlacedImage, report: PlacedReport): ImageRole {
  const { path } = image;
  if (isMainImage(image, report)) return "app";
  if (path === undefined || !path.includes("/")) return roleWithoutPath(image, report);
  const place = plain(path);
  const bundle = bundleOf(report);
  if (bundle !== undefined && place.startsWith(bundle)) {
    return isDebugDylib(image, report) ? "app" : "framework";
  }
  if (isSystemPath(path)) return "system";
  if (runsOnMac(report)) {
    // Elsewhere on a Mac: a build folder or a package manager's is the developer's; what lies in /Library was injected.
    return place.startsWith("/Library/") ? "system" : "framework";
  }
  return /\/containers\/Bundle\/|\.app\//i.test(place) ? "framework" : "system";
}

/** The binary that the process runs. */
export function mainImage<I extends PlacedImage>(report: PlacedReport<I>): I | undefined {
  return report.images.find((image) => isMainImage(image, report));
}

/** Part of the OS by its path alone: no developer has a dSYM of it. */
export function isSystemPath(path: string): boolean {
  const place = plain(path);
  return (
    SYSTEM_PREFIXES.some((prefix) => place.startsWith(prefix) || path.startsWith(prefix)) ||
    SYSTEM_PARTS.some((part) => place.includes(part))
  );
}

/** The last component of the image's path, else its name: macOS prints bundle ids in place of names. */
function binaryName(image: PlacedImage): string {
  const fromPath = image.path?.slice(image.path.lastIndexOf("/") + 1);
  return fromPath === undefined || fromPath === "" ? image.name : fromPath;
}

function isMainImage(image: PlacedImage, report: PlacedReport): boolean {
  const { path, name } = report.process;
  if (image.path !== undefined && path !== undefined && path.includes("/")) {
    if (plain(image.path) === plain(path)) return true;
    // Two maskings of one path keep the file name and the bundle.
    return isMasked(path, image.path) && binaryName(image) === lastPart(path) && !isSystemPath(image.path);
  }
  if (name === undefined || name === "") return false;
  return binaryName(image) === name && !(image.path !== undefined && isSystemPath(image.path));
}

/** Xcode 16 debug builds: the app is a stub, its code lies in `App.debug.dylib` beside it. */
function isDebugDylib(image: PlacedImage, report: PlacedReport): boolean {
  const main = report.process.path === undefined ? report.process.name : lastPart(report.process.path);
  return main !== undefined && binaryName(image) === `${main}.debug.dylib`;
}

function roleWithoutPath(image: PlacedImage, report: PlacedReport): ImageRole {
  if (isDebugDylib(image, report)) return "app";
  if (image.base === 0n || image.base >= SHARED_CACHE_START || SYSTEM_NAME.test(binaryName(image))) return "system";
  return "framework";
}

/** The outermost `….app/` that holds the process, or the folder of a tool. An extension belongs to the app around it. */
function bundleOf(report: PlacedReport): string | undefined {
  const path = report.process.path ?? mainImage(report)?.path;
  if (path === undefined || !path.includes("/")) return undefined;
  const place = plain(path);
  const app = place.indexOf(".app/");
  const folder = place.slice(0, place.lastIndexOf("/") + 1);
  const bundle = app < 0 ? folder : place.slice(0, app + ".app/".length);
  return isSystemPath(bundle) || bundle === "/" ? undefined : bundle;
}

function runsOnMac(report: PlacedReport): boolean {
  const { platform } = report.os;
  if (platform !== undefined)
    return platform === "macOS" || platform === "Mac Catalyst" || platform === "iOS App on Mac";
  return report.process.path?.includes("/Contents/MacOS/") === true;
}

function isMasked(...paths: readonly string[]): boolean {
  return paths.some((path) => path.includes("*"));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `/private/var` and `/var` are one folder, and a home folder is anybody's: reports print either form. */
function plain(path: string): string {
  return path.replace(/^\/private\/var\//, "/var/").replace(/^\/Users\/[^/]+\//, "/Users/USER/");
}

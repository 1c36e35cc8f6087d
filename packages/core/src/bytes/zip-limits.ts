/** How much of a zip we believe. An archive of an app's dSYMs has hundreds of entries and packs four to ten times. */

/** Entries of the central directory. */
export const MAX_ZIP_ENTRIES = 100_000;
/** Bytes of the central directory: names of a kilobyte each would be absurd. */
export const MAX_ZIP_DIRECTORY_BYTES: number = 64 * 1024 * 1024;
/** All entries together, unpacked. */
export const MAX_ZIP_TOTAL_BYTES: number = 32 * 1024 ** 3;
/** Unpacked to packed bytes of one entry. Deflate itself ends at 1032; debug information stays below 30. */
export const MAX_ZIP_RATIO: number = 200;
/** Below this an entry may pack as well as it likes. */
export const ZIP_RATIO_FREE_BYTES: number = 4 * 1024 * 1024;
/** Zips inside one another, the outermost counted. App Store Connect's downloads have two. */
export const MAX_ZIP_NESTING = 3;
/** Zips of one upload or folder, at all depths. */
export const MAX_ZIPS = 1_000;
/** Of a zip inside a zip, where it is held in memory. */
export const MAX_NESTED_BYTES: number = 256 * 1024 * 1024;

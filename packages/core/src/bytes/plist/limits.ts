/** How much of a property list we believe. An Info.plist has some kilobytes; a pasted dump of a MetricKit payload some hundreds. */

export const MAX_PLIST_BYTES: number = 16 * 1024 * 1024;
/** Lists and dictionaries inside one another. */
export const MAX_PLIST_DEPTH = 128;
/** Values of one file, keys included. */
export const MAX_PLIST_VALUES = 1_000_000;

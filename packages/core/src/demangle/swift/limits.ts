/** Bounds of the Swift demangler. A name is written by a stranger; past any of these it comes back as it was. */

/** Characters of a name. The longest real ones (specialised generic code) have a few thousand. */
export const MAX_NAME_LENGTH = 100_000;

/** `AA2048a`: how often one substitution may be repeated; upstream's own bound. */
export const MAX_REPEAT_COUNT = 2048;

/** Nodes that may be pushed for one name; real names push a few hundred. */
export const MAX_PUSHED_NODES = 200_000;

/** Substitution words of one name; the grammar has letters for 26. */
export const MAX_WORDS = 26;

/** Nesting of the tree that is printed or walked; upstream's own bound of the printer. */
export const MAX_PRINT_DEPTH = 768;

/** Characters of printed text: substitutions make trees into graphs whose text grows exponentially. */
export const MAX_PRINTED_LENGTH = 1_000_000;

/** Nesting of the old grammar (`_T`, Swift 1 to 3), which is read by recursion. */
export const MAX_OLD_DEPTH = 1024;

/** Names inside the payload of a specialisation are demangled again; so deep. */
export const MAX_PAYLOAD_DEPTH = 4;

/** Generic parameters of one depth that are printed; upstream's own bound. */
export const MAX_GENERIC_PARAMS = 128;

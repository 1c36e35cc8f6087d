/** The title of a signature: our words, then source words. */

/** `Null dereference in ` and `Orders.nickname`: our words in the text face, source words in monospace. */
export function splitTitle(title: string): readonly [words: string, source?: string] {
  // What the system did is told in our words to the end: "…, in the foreground", "Kernel data abort at pc …".
  const words = /^(?!Killed for memory\b|Kernel panic\b).*? (?:in|at) /.exec(title)?.[0];
  return words === undefined ? [title] : [words, title.slice(words.length)];
}

/** Frame numbers in few words. */

const MAX_PARTS = 12;

/** `0, 1, 3 to 14` */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i] ?? 0;
    let to = from;
    while (numbers[i + 1] === to + 1) to = numbers[++i] ?? to;
    parts.push(from === to ? String(from) : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`);
  }
  return parts.length > MAX_PARTS ? `${parts.slice(0, MAX_PARTS).join(", ")}, …` : parts.join(", ");
}

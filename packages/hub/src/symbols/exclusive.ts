/** One after the other, whoever asks. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

export function createExclusive(): Exclusively {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

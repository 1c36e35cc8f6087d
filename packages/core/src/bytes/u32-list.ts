/** A growing list of 32-bit numbers: what tables are built in when their length is not known beforehand. */
export class U32List {
  length = 0;
  #data: Uint32Array;

  constructor(capacity = 256) {
    this.#data = new Uint32Array(Math.max(capacity, 1));
  }

  push(value: number): void {
    if (this.length === this.#data.length) this.#grow();
    this.#data[this.length++] = value;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#data.length * 2);
    larger.set(this.#data);
    this.#data = larger;
  }

  at(index: number): number {
    return this.#data[index]!;
  }

  /** A copy of just the used part, so what is kept is not larger than it needs to be. */
  trimmed(): Uint32Array {
    return this.#data.slice(0, this.length);
  }
}

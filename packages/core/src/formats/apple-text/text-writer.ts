/** Lines of a report; labels are padded to the column of their dialect. */
export class TextWriter {
  readonly #lines: string[] = [];

  line(text: string): void {
    this.#lines.push(text);
  }

  blank(): void {
    this.#lines.push("");
  }

  /** `label:` and the value at `column`. */
  field(label: string, value: string | number, column: number): void {
    this.#lines.push(`${`${label}:`.padEnd(column)}${value}`);
  }

  /** As `field`, unless there is no value. */
  optional(label: string, value: string | undefined, column: number): void {
    if (value !== undefined) this.field(label, value, column);
  }

  /** Text of several lines; a line feed at its end gives an empty line, as in Apple's. */
  block(text: string): void {
    for (const line of text.split("\n")) this.#lines.push(line);
  }

  text(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

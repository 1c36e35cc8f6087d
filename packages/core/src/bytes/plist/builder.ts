/** Lists and dictionaries under construction: what the readers of both text forms put their values into. Nothing recurses. */
import type { JsonValue } from "../../report.ts";
import { FormatError } from "../errors.ts";
import { MAX_PLIST_DEPTH, MAX_PLIST_VALUES } from "./limits.ts";

type Dictionary = { [key: string]: JsonValue };

interface Open {
  readonly container: Dictionary | JsonValue[];
  key: string | undefined;
}

export class PlistBuilder {
  readonly #open: Open[] = [];
  #values = 0;
  #result: JsonValue | undefined;

  /** The whole value is there. */
  get isDone(): boolean {
    return this.#result !== undefined && this.#open.length === 0;
  }

  get result(): JsonValue | undefined {
    return this.#result;
  }

  get innermost(): "dictionary" | "list" | "none" {
    const open = this.#open.at(-1);
    return open === undefined ? "none" : Array.isArray(open.container) ? "list" : "dictionary";
  }

  /** The next value of the innermost dictionary is this key's. */
  key(key: string): void {
    const open = this.#open.at(-1);
    if (open) open.key = key;
  }

  get awaitsValue(): boolean {
    const open = this.#open.at(-1);
    return open === undefined ? this.#result === undefined : Array.isArray(open.container) || open.key !== undefined;
  }

  begin(kind: "dictionary" | "list"): void {
    if (this.#open.length >= MAX_PLIST_DEPTH) {
      throw new FormatError("too-deep", `a property list with more than ${MAX_PLIST_DEPTH} values inside one another`);
    }
    const container: Dictionary | JsonValue[] = kind === "list" ? [] : {};
    this.add(container);
    this.#open.push({ container, key: undefined });
  }

  end(): void {
    this.#open.pop();
  }

  /** A value without a place is dropped: a dictionary's without a key, a second one at the top. */
  add(value: JsonValue): void {
    if (++this.#values > MAX_PLIST_VALUES) {
      throw new FormatError("too-large", `a property list of more than ${MAX_PLIST_VALUES} values`);
    }
    const open = this.#open.at(-1);
    if (open === undefined) this.#result ??= value;
    else if (Array.isArray(open.container)) open.container.push(value);
    else if (open.key !== undefined) {
      setMember(open.container, open.key, value);
      open.key = undefined;
    }
  }
}

export function setMember(dictionary: Dictionary, key: string, value: JsonValue): void {
  // Plain assignment to `__proto__` would replace the prototype instead of making a member.
  Object.defineProperty(dictionary, key, { value, enumerable: true, configurable: true, writable: true });
}

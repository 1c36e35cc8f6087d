/** Collects what a parser could not read, at most `MAX_PROBLEMS` of it. */
import type { Problem, ProblemCode } from "../report.ts";
import { MAX_PROBLEMS } from "./limits.ts";

export class ProblemList {
  readonly items: Problem[] = [];
  #full = false;
  readonly #once = new Set<string>();

  add(code: ProblemCode, message: string, where?: string): void {
    if (this.#full) return;
    this.#full = this.items.length >= MAX_PROBLEMS - 1;
    this.items.push(
      this.#full
        ? { code: "limit-reached", message: `more than ${MAX_PROBLEMS} problems; the rest is not listed` }
        : { code, message, ...(where !== undefined && { where }) },
    );
  }

  /** For what would be told of every line behind a limit. */
  addOnce(code: ProblemCode, message: string, where?: string): void {
    if (this.#once.has(message)) return;
    this.#once.add(message);
    this.add(code, message, where);
  }
}

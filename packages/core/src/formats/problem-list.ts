/** Collects what a parser could not read, at most `MAX_PROBLEMS` of it. */
import type { Problem, ProblemCode } from "../report.ts";
import { MAX_PROBLEMS } from "./limits.ts";

export class ProblemList {
  readonly items: Problem[] = [];
  #full = false;

  add(code: ProblemCode, message: string, where?: string): void {
    if (this.#full) return;
    this.#full = this.items.length >= MAX_PROBLEMS - 1;
    this.items.push(
      this.#full
        ? { code: "limit-reached", message: `more than ${MAX_PROBLEMS} problems; the rest is not listed` }
        : { code, message, ...(where !== undefined && { where }) },
    );
  }
}

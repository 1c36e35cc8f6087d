/** Which answers in the cache a change makes old. The first part of a key is its question; answers about an app have its id in their key. */
import type { LiveChange } from "@windfall/api";

/** Answers about signatures and reports, whose keys do not name the app. */
const OF_ANY_APP = new Set<unknown>(["apps", "signature", "signature-reports", "set-aside"]);

export function isTouched(queryKey: readonly unknown[], { appId, topics }: LiveChange): boolean {
  const [question] = queryKey;
  if (question === "session") return false;
  if (typeof question === "string" && question.startsWith("symbols")) {
    return topics.includes("symbols") || topics.includes("signatures");
  }
  // It is symbolicated when it is asked for.
  if (question === "report") return topics.includes("symbols");
  if (!topics.includes("counts") && !topics.includes("signatures")) return false;
  return appId === null || OF_ANY_APP.has(question) || queryKey.includes(appId);
}

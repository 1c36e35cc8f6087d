/** The worker of the page: core runs here, so that a large dSYM never holds up the page. */
import { createAnalyzer } from "./analyzer.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The types of the pages are those of a window; this runs in a worker. */
const scope = globalThis as unknown as {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
};

/** `crypto.randomUUID` is not there on plain http. */
const newSecret = () => Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16)).join("-");

const analyzer = createAnalyzer(scope.postMessage.bind(scope), newSecret);
scope.addEventListener("message", (event) => {
  analyzer.receive(event.data).catch((error: unknown) => {
    // Outside of the promise it reaches the page as an error of the worker.
    setTimeout(() => {
      throw error;
    });
  });
});

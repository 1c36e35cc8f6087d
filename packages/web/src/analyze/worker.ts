/** The worker of the page: core runs here, so that a large dSYM never holds up the page. */
import { createAnalyzer } from "./analyzer.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The types of the pages are those of a window; this runs in a worker. */
const scope = globalThis as unknown as {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
};

const analyzer = createAnalyzer(scope.postMessage.bind(scope));
scope.addEventListener("message", (event) => {
  analyzer.receive(event.data).catch((error: unknown) => {
    // Outside of the promise it reaches the page as an error of the worker.
    setTimeout(() => {
      throw error;
    });
  });
});

/** The baseline: a server that writes each body to a file of its own, syncs it and answers. */
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export async function startBareServer(path: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  let written = 0;
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      void open(`${path}-${written++}`, "w").then(async (file) => {
        await file.write(Buffer.concat(chunks));
        await file.sync();
        await file.close();
        answer.statusCode = 202;
        answer.end("{}");
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

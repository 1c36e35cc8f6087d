/** Test inputs, the same in Node and in the browser: the repo's fixtures, and the shared corpus where `WINDFALL_CORPUS` names it. */

declare global {
  interface ImportMeta {
    readonly env?: { readonly WINDFALL_CORPUS?: string };
  }
}

const inNode = typeof process !== "undefined" && process.versions?.node !== undefined;

export const corpusRoot: string = (inNode ? process.env["WINDFALL_CORPUS"] : import.meta.env?.WINDFALL_CORPUS) ?? "";
export const hasCorpus: boolean = corpusRoot !== "";

/** A file under `fixtures/`. */
export function fixture(path: string): Promise<Uint8Array> {
  return inNode ? readInNode(new URL(`../../../fixtures/${path}`, import.meta.url)) : fetchBytes(`fixtures/${path}`);
}

/** A file under the folder `WINDFALL_CORPUS` names: `corpus/ips/…`, `swift/reports/…`. */
export function corpus(path: string): Promise<Uint8Array> {
  return inNode ? readInNode(`${corpusRoot}/${path}`) : fetchBytes(`corpus/${path}`);
}

export const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Rows of a tab-separated file with a head line, as objects. */
export function tsv(text: string): Record<string, string>[] {
  const [head = "", ...lines] = text.split("\n").filter((line) => line !== "");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function readInNode(path: string | URL): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  return new Uint8Array(await readFile(path));
}

/** The test server's `/@bytes` (vitest.config.ts) gives files as they are. */
async function fetchBytes(path: string): Promise<Uint8Array> {
  const response = await fetch(`/@bytes/${path.split("/").map(encodeURIComponent).join("/")}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

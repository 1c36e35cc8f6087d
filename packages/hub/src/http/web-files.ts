/** The built pages, read once into memory: no path of a request ever reaches the file system. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

interface WebFile {
  readonly bytes: Uint8Array;
  readonly gzipped: Uint8Array | undefined;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

export interface WebFiles {
  /** The file of that path, or the page itself where the path is one of its views; undefined without a build. */
  respond(request: Request): Response | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};
const COMPRESSED = new Set([".html", ".js", ".mjs", ".css", ".json", ".svg", ".wasm", ".webmanifest", ".txt"]);
/** The page of one dropped file is a document of its own, open to everybody: it asks the hub for nothing. */
const ANALYZE = /^\/analyze\/?$/;
/** The same page again for a folder of static files; its inline worker is nothing for the hub's policy. */
const STATIC_FOLDER = "/analyze/";
/** Vite's names: `assets/index-B3x9_kQ2.js`. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

export async function loadWebFiles(folder: string | undefined): Promise<WebFiles> {
  const files = new Map<string, WebFile>();
  if (folder !== undefined) {
    for (const path of await pathsIn(folder)) {
      const url = `/${relative(folder, path).split(sep).join("/")}`;
      if (extname(path) === ".gz" || extname(path) === ".map" || url.startsWith(STATIC_FOLDER)) continue;
      files.set(url, await loadFile(url, path));
    }
  }
  return {
    respond(request) {
      const { pathname } = new URL(request.url);
      const page = ANALYZE.test(pathname) ? files.get("/analyze.html") : undefined;
      const file = page ?? files.get(pathname) ?? (extname(pathname) === "" ? files.get("/index.html") : undefined);
      return file && respondWith(file, request);
    },
  };
}

function respondWith(file: WebFile, request: Request): Response {
  const headers: Record<string, string> = {
    "content-type": file.type,
    "cache-control": file.cacheControl,
    etag: file.etag,
    vary: "accept-encoding",
  };
  if (request.headers.get("if-none-match") === file.etag) return new Response(null, { status: 304, headers });
  const gzipped = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "") ? file.gzipped : undefined;
  if (gzipped) headers["content-encoding"] = "gzip";
  const bytes = gzipped ?? file.bytes;
  headers["content-length"] = String(bytes.length);
  return new Response(request.method === "HEAD" ? null : (bytes as Uint8Array<ArrayBuffer>), { headers });
}

async function loadFile(url: string, path: string): Promise<WebFile> {
  const bytes = new Uint8Array(await readFile(path));
  const extension = extname(path);
  return {
    bytes,
    gzipped: COMPRESSED.has(extension) ? await gzipOf(path, bytes) : undefined,
    type: TYPES[extension] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 16)}"`,
    cacheControl: HASHED.test(url) ? "public, max-age=31536000, immutable" : "no-cache",
  };
}

/** A `.gz` that the build left beside the file, or one made now. */
async function gzipOf(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(`${path}.gz`));
  } catch {
    return new Uint8Array(await promisify(gzip)(bytes, { level: 9 }));
  }
}

async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadWebFiles, type WebFiles } from "./web-files.ts";

const SCRIPT = "console.log('hello');".repeat(100);
let folder: string;
let web: WebFiles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-web-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  await writeFile(join(folder, "assets", "index-B3x9_kQ2.js"), SCRIPT);
  await writeFile(join(folder, "assets", "index-B3x9_kQ2.js.map"), "{}");
  await writeFile(join(folder, "favicon.svg"), "<svg/>");
  await writeFile(join(folder, "analyze.html"), "<!doctype html><title>Analyze");
  await mkdir(join(folder, "analyze"));
  await writeFile(join(folder, "analyze", "index.html"), "static");
  web = await loadWebFiles(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}) =>
  web.respond(new Request(`http://localhost${path}`, { headers }));

test("hashed files are kept for ever, pages are asked for again", () => {
  expect(get("/assets/index-B3x9_kQ2.js")?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(get("/")?.headers.get("cache-control")).toBe("no-cache");
  expect(get("/favicon.svg")?.headers.get("cache-control")).toBe("no-cache");
});

test("every view is the page, and a missing file is none", async () => {
  for (const path of ["/", "/sign-in?token=x", "/apps/1/signatures"]) {
    expect(await get(path)?.text()).toBe("<!doctype html>");
  }
  for (const path of ["/missing.js", "/assets/index-B3x9_kQ2.js.map", "/%2e%2e/package.json"]) {
    expect(get(path), path).toBeUndefined();
  }
});

test("the page of one dropped file is its own document; its static twin is not served", async () => {
  for (const path of ["/analyze", "/analyze/"]) expect(await get(path)?.text()).toBe("<!doctype html><title>Analyze");
  expect(await get("/analyzer")?.text()).toBe("<!doctype html>");
  expect(get("/analyze/index.html")).toBeUndefined();
});

test("text travels packed where the browser takes it, and not at all when it has it", async () => {
  const packed = get("/assets/index-B3x9_kQ2.js", { "accept-encoding": "br, gzip" });
  expect(packed?.headers.get("content-encoding")).toBe("gzip");
  expect(gunzipSync(Buffer.from((await packed?.arrayBuffer()) ?? new ArrayBuffer(0))).toString()).toBe(SCRIPT);
  const plain = get("/assets/index-B3x9_kQ2.js");
  expect(plain?.headers.get("content-encoding")).toBeNull();
  expect(plain?.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(get("/", { "if-none-match": get("/")?.headers.get("etag") ?? "" })?.status).toBe(304);
});

test("a hub without a build has no pages and says nothing", async () => {
  expect((await loadWebFiles(undefined)).respond(new Request("http://localhost/"))).toBeUndefined();
});

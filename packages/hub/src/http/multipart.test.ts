import { describe, expect, test } from "vitest";
import { MAX_PART_HEADER_BYTES, MAX_PARTS, multipartBoundary, readParts } from "./multipart.ts";

const BODY =
  '--b\r\nContent-Disposition: form-data; name="a"; filename="one.ips"\r\n\r\nfirst\r\n--b\r\n' +
  'content-disposition: form-data; name="b"\r\ncontent-type: text/plain\r\n\r\n\r\n--no boundary\r\n--b--\r\n';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function parts(text: string, size = 1_000) {
  const found: { name: string; fileName: string | undefined; text: string }[] = [];
  for await (const { name, fileName, body } of readParts(inPieces(text, size), "b")) {
    let content = "";
    for await (const chunk of body) content += new TextDecoder().decode(chunk);
    found.push({ name, fileName, text: content });
  }
  return found;
}

describe("a form", () => {
  test.each([1, 2, 3, 5, 7, 11, 1_000])("reads the same in pieces of %i bytes", async (size) => {
    expect(await parts(BODY, size)).toEqual([
      { name: "a", fileName: "one.ips", text: "first" },
      { name: "b", fileName: undefined, text: "\r\n--no boundary" },
    ]);
  });

  test("has names in any script", async () => {
    const body = '--b\r\ncontent-disposition: form-data; name="Datei"; filename="Käse 海.dSYM"\r\n\r\nx\r\n--b--';
    for (const size of [1, 1_000]) expect(await parts(body, size)).toMatchObject([{ fileName: "Käse 海.dSYM" }]);
  });

  test("goes on behind a part that nobody reads", async () => {
    const names: string[] = [];
    for await (const { name } of readParts(inPieces(BODY, 3), "b")) names.push(name);
    expect(names).toEqual(["a", "b"]);
  });

  test.each([
    ["cut within a part", BODY.slice(0, 80)],
    ["cut before its end mark", BODY.slice(0, -6)],
    ["without its boundary", "hello"],
    ["with something behind a boundary", "--bogus\r\n"],
    ["with a head one byte too long", withHead(MAX_PART_HEADER_BYTES + 1)],
  ])("%s is a bad request", async (_, body) => {
    await expect(parts(body)).rejects.toMatchObject({ code: "bad-request" });
  });

  test("may have a head up to the limit", async () => {
    expect(await parts(withHead(MAX_PART_HEADER_BYTES))).toHaveLength(1);
  });

  test("may have a thousand parts and not one more", async () => {
    const form = (count: number) => `${"--b\r\nx: y\r\n\r\n\r\n".repeat(count)}--b--`;
    expect(await parts(form(MAX_PARTS))).toHaveLength(MAX_PARTS);
    await expect(parts(form(MAX_PARTS + 1))).rejects.toMatchObject({ code: "body-too-large" });
  });
});

/** A form of one part whose head, with its blank line, has so many bytes. */
function withHead(bytes: number): string {
  return `--b\r\nx: ${"y".repeat(bytes - "\r\nx: \r\n\r\n".length)}\r\n\r\nbody\r\n--b--`;
}

test("the boundary is found in every spelling", () => {
  expect(multipartBoundary("multipart/form-data; boundary=abc")).toBe("abc");
  expect(multipartBoundary('Multipart/Form-Data; charset=utf-8; boundary="a b"')).toBe("a b");
  expect(multipartBoundary("application/json")).toBeUndefined();
  expect(multipartBoundary(null)).toBeUndefined();
  expect(() => multipartBoundary("multipart/form-data")).toThrow(expect.objectContaining({ code: "bad-request" }));
});

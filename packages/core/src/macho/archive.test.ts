import { expect, test } from "vitest";
import { buildMachO } from "../../test/mach-o-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { readArchiveMembers } from "./archive.ts";
import { openMachO } from "./mach-o.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

function member(name: string, bytes: Uint8Array, isLong = false): Uint8Array {
  const inside = isLong ? join(ascii(name), bytes) : bytes;
  const head = `${(isLong ? `#1/${name.length}` : name).padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(inside.length).padEnd(10)}\`\n`;
  return join(ascii(head), inside, new Uint8Array(inside.length % 2));
}
const archive = (...members: readonly Uint8Array[]) => join(ascii("!<arch>\n"), ...members);
const OBJECT = buildMachO({ fileType: 1 });

test("the object files of an archive, with short and long names; its index is none", async () => {
  const bytes = archive(
    member("__.SYMDEF SORTED", new Uint8Array(9), true),
    member("short.o", OBJECT),
    member("a name that is longer.o", OBJECT, true),
  );
  const slices = await openMachO(bytesSource(bytes));
  expect(slices.map(({ fileType }) => fileType)).toEqual(["object", "object"]);
  expect(slices.map(({ source }) => source.size)).toEqual([OBJECT.length, OBJECT.length]);
});

test("one that is cut keeps what is whole", async () => {
  const bytes = archive(member("a.o", OBJECT), member("b.o", OBJECT));
  expect(await readArchiveMembers(bytesSource(bytes.slice(0, -10)))).toHaveLength(1);
  expect(await readArchiveMembers(bytesSource(bytes.slice(0, 30)))).toHaveLength(0);
});

test.each([
  ["an archive of texts", archive(member("a.txt", ascii("hello world")))],
  ["a size that is no number", archive(join(ascii(`${"a.o".padEnd(48)}${"many".padEnd(10)}\`\n`), OBJECT))],
  ["a long name longer than its file", archive(join(ascii(`${"#1/99".padEnd(48)}${"10".padEnd(10)}\`\n`), OBJECT))],
])("%s is refused", async (_, bytes) => {
  await expect(openMachO(bytesSource(bytes))).rejects.toMatchObject({ code: "not-mach-o" });
});

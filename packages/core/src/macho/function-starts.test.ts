import { expect, test } from "vitest";
import { buildMachO, CODE, UUID_BYTES } from "../../test/mach-o-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { readFunctionStarts } from "./function-starts.ts";
import { openMachO } from "./mach-o.ts";
import { loadSymbolTable } from "./symbol-table.ts";

const TEXT = 0x1_0000_0000;

async function sliceWith(functionStarts: readonly number[]) {
  const [slice] = await openMachO(
    bytesSource(
      buildMachO({
        uuid: UUID_BYTES,
        textAddress: TEXT,
        sections: [{ segment: "__TEXT", name: "__text", address: TEXT + 0x1000, size: 0x1000, flags: CODE }],
        symbols: [
          { name: "_first", value: TEXT + 0x1000 },
          { name: "_last", value: TEXT + 0x1800 },
        ],
        functionStarts: Uint8Array.from(functionStarts),
      }),
    ),
  );
  return slice!;
}

test.each<[string, readonly number[], readonly number[]]>([
  ["distances, filled up with zeros", [0x80, 0x20, 0x40, 0x10, 0, 0, 0], [0x1000, 0x1040, 0x1050]],
  ["a distance cut off at the end", [0x80, 0x20, 0x80], [0x1000]],
  ["a distance that leads out of the image", [0x80, 0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0x1000]],
  ["nothing but bytes that promise more", Array.from({ length: 64 }, () => 0xff), []],
])("%s", async (_, bytes, expected) => {
  expect([...(await readFunctionStarts(await sliceWith(bytes)))]).toEqual(expected);
});

test("a symbol does not stand for a function behind it that has none", async () => {
  const table = await loadSymbolTable(await sliceWith([0x80, 0x20, 0x40, 0]));
  expect(await table.find(0x103f)).toEqual({ name: "first", start: 0x1000 });
  expect(await table.find(0x1040)).toBeUndefined();
  // It has no function start behind it: up to the end of its section.
  expect(await table.find(0x1fff)).toEqual({ name: "last", start: 0x1800 });
});

import { expect, test } from "vitest";
import { ByteBuilder, sparseSource } from "../../test/byte-builder.ts";
import {
  buildAbbrevs,
  type BuiltAbbrev,
  buildLines,
  buildUnit,
  endSequence,
  row,
  sections,
  setAddress,
} from "../../test/dwarf-builder.ts";
import type { ByteSource } from "../bytes/byte-source.ts";
import type { Problem } from "../report.ts";
import * as dw from "./constants.ts";
import { DebugInfo, MAX_ARANGES_BYTES, MAX_CHAIN } from "./debug-info.ts";
import { MAX_UNIT_BYTES } from "./unit-functions.ts";
import { MAX_DIE_DEPTH } from "./die-walk.ts";
import { MAX_LINE_PROGRAM_BYTES } from "./line-program.ts";
import { MAX_NAME_HOPS } from "./names.ts";
import { MAX_ABBREV_BYTES } from "./sections.ts";
import { MAX_UNITS } from "./units.ts";

const TEXT = 0x1_0000_0000n;

function open(of: Readonly<Record<string, Uint8Array | ByteSource>>, text = TEXT) {
  const problems: Problem[] = [];
  return { info: new DebugInfo(sections(of), text, (problem) => problems.push(problem)), problems };
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const ROOT: BuiltAbbrev = {
  tag: dw.TAG_COMPILE_UNIT,
  children: true,
  attributes: [
    [dw.AT_NAME, dw.FORM_STRING],
    [dw.AT_COMP_DIR, dw.FORM_STRING],
    [dw.AT_LANGUAGE, dw.FORM_DATA1],
    [dw.AT_STMT_LIST, dw.FORM_DATA4],
    [dw.AT_LOW_PC, dw.FORM_ADDR],
    [dw.AT_HIGH_PC, dw.FORM_ADDR],
  ],
};
const C_PLUS_PLUS = 4;
const FUNCTION: BuiltAbbrev = {
  tag: dw.TAG_SUBPROGRAM,
  children: true,
  attributes: [
    [dw.AT_LINKAGE_NAME, dw.FORM_STRING],
    [dw.AT_LOW_PC, dw.FORM_ADDR],
    [dw.AT_HIGH_PC, dw.FORM_ADDR],
  ],
};
const INLINED: BuiltAbbrev = {
  tag: dw.TAG_INLINED_SUBROUTINE,
  children: true,
  attributes: [
    [dw.AT_ABSTRACT_ORIGIN, dw.FORM_REF_ADDR],
    [dw.AT_LOW_PC, dw.FORM_ADDR],
    [dw.AT_HIGH_PC, dw.FORM_ADDR],
    [dw.AT_CALL_FILE, dw.FORM_DATA1],
    [dw.AT_CALL_LINE, dw.FORM_UDATA],
  ],
};
const ABSTRACT: BuiltAbbrev = { tag: dw.TAG_SUBPROGRAM, attributes: [[dw.AT_NAME, dw.FORM_STRING]] };
const BLOCK: BuiltAbbrev = {
  tag: 0x0b,
  children: true,
  attributes: [
    [0x02, dw.FORM_BLOCK1],
    [0x3a, dw.FORM_SDATA],
  ],
};
const ABBREVS = [ROOT, FUNCTION, INLINED, ABSTRACT, BLOCK];

/** Unit 1 has `outer` at 0x100..0x200 with `inner` inlined at 0x140..0x180; the name of `inner` stands in unit 2. */
function twoUnits(version: number, addressSize: 4 | 8, text: bigint) {
  const address = (offset: number) => text + BigInt(offset);
  const first = (innerName: number) =>
    buildUnit({
      version,
      addressSize,
      entries: (out) => {
        out.uleb(1).text("a.cpp").text("/comp").u8(C_PLUS_PLUS).u32(0);
        out.address(address(0x100), addressSize).address(address(0x200), addressSize);
        out.uleb(2).text("_Z5outerv").address(address(0x100), addressSize).address(address(0x200), addressSize);
        out.uleb(5).u8(3, 1, 2, 3).sleb(-4);
        out.uleb(3).address(innerName, version === 2 ? addressSize : 4);
        out.address(address(0x140), addressSize).address(address(0x180), addressSize);
        out.u8(version >= 5 ? 0 : 1).uleb(1000);
        out.u8(0, 0, 0, 0);
      },
    });
  const size = first(0).length;
  const header = version >= 5 ? 12 : 11;
  const root = (out: ByteBuilder) =>
    out.uleb(1).text("b.cpp").text("/comp").u8(C_PLUS_PLUS).u32(0).address(0, addressSize).address(0, addressSize);
  const nameAt = size + header + root(new ByteBuilder()).length;
  const second = buildUnit({
    version,
    addressSize,
    entries: (out) => {
      root(out);
      out.uleb(4).text("inner").u8(0);
    },
  });
  return {
    debug_abbrev: buildAbbrevs(ABBREVS),
    debug_info: join(first(nameAt), second),
    debug_line: buildLines({
      version,
      addressSize,
      directories: ["src", "/abs"],
      files: [
        ["a.cpp", 1],
        ["inner.h", 2],
      ],
      program: (out) => {
        setAddress(out, address(0x100), addressSize);
        out.u8(4).uleb(version >= 5 ? 0 : 1);
        row(out, 0, 9); // line 10
        out.u8(4).uleb(version >= 5 ? 1 : 2);
        row(out, 0x40, 20); // line 30 at 0x140
        out.u8(4).uleb(version >= 5 ? 0 : 1);
        row(out, 0x40, -19); // line 11 at 0x180
        out.u8(2).uleb(0x80);
        endSequence(out);
      },
    }),
  };
}

test.each([2, 3, 4, 5].flatMap((version) => ([4, 8] as const).map((size) => [version, size] as const)))(
  "DWARF %i with addresses of %i bytes: chain, call sites, files and function starts",
  async (version, size) => {
    const text = size === 8 ? TEXT : 0x4000n;
    const { info, problems } = open(twoUnits(version, size, text), text);
    // Directory 1 is relative in all versions; in version 5 it is the one after the compilation directory.
    const a = "/comp/src/a.cpp";
    expect(await info.lookUp(0x150)).toEqual({
      frames: [
        { name: "inner", file: "/abs/inner.h", line: 30 },
        { name: "_Z5outerv", file: a, line: 1000 },
      ],
      functionStart: 0x100,
      nameIsPartial: false,
    });
    expect((await info.lookUp(0x13f))?.frames).toEqual([{ name: "_Z5outerv", file: a, line: 10 }]);
    expect((await info.lookUp(0x1ff))?.frames).toEqual([{ name: "_Z5outerv", file: a, line: 11 }]);
    expect(await info.lookUp(0x200)).toBeUndefined();
    expect(await info.lookUp(0xff)).toBeUndefined();
    expect(problems).toEqual([]);
  },
);

test("kernel addresses beyond 2^53 are exact", async () => {
  const text = 0xffff_fff0_0700_4001n;
  const { info } = open(twoUnits(4, 8, text), text);
  expect((await info.lookUp(0x13f))?.frames[0]?.line).toBe(10);
  expect((await info.lookUp(0x140))?.frames[0]?.line).toBe(30);
});

test("scattered units of a kernel, whose ranges are addresses, are exact too", async () => {
  const text = 0xffff_fff0_0700_4001n;
  const root: BuiltAbbrev = {
    tag: dw.TAG_COMPILE_UNIT,
    children: true,
    attributes: [
      [dw.AT_LOW_PC, dw.FORM_ADDR],
      [dw.AT_RANGES, dw.FORM_SEC_OFFSET],
    ],
  };
  const entries = (out: ByteBuilder) =>
    out
      .uleb(1)
      .u64(0)
      .u32(0)
      .uleb(2)
      .text("_Z1fv")
      .u64(text + 0x10n, text + 0x20n)
      .zeros(2);
  const { info } = open(
    {
      debug_abbrev: buildAbbrevs([root, FUNCTION]),
      debug_info: buildUnit({ version: 4, entries }),
      debug_ranges: new ByteBuilder().u64(text + 0x10n, text + 0x20n, 0, 0).done(),
    },
    text,
  );
  expect(await info.lookUp(0xf)).toBeUndefined();
  expect(await info.lookUp(0x10)).toMatchObject({ frames: [{ name: "_Z1fv" }], functionStart: 0x10 });
  expect(await info.lookUp(0x1f)).toMatchObject({ functionStart: 0x10 });
  expect(await info.lookUp(0x20)).toBeUndefined();
});

test("a unit that is damaged leaves the others, and what is left of itself", async () => {
  const good = twoUnits(4, 8, TEXT);
  const broken = buildUnit({ version: 4, entries: (out) => out.uleb(99).zeros(20) });
  const { info, problems } = open({ ...good, debug_info: join(good.debug_info, broken) });
  expect((await info.lookUp(0x150))?.frames).toHaveLength(2);
  expect(await info.lookUp(0x9000)).toBeUndefined();
  expect(problems).toEqual([expect.objectContaining({ code: "damaged-symbols" })]);

  const noLines = open({ ...good, debug_line: new Uint8Array(3) });
  expect((await noLines.info.lookUp(0x150))?.frames).toEqual([
    { name: "inner", file: undefined, line: undefined },
    { name: "_Z5outerv", file: undefined, line: 1000 },
  ]);
  expect(noLines.problems).toHaveLength(1);

  const cut = open({ ...good, debug_info: good.debug_info.subarray(0, 90) });
  const rows = await cut.info.lookUp(0x150);
  expect(rows?.frames).toEqual([{ name: "", file: "/abs/inner.h", line: 30 }]);
  expect(rows?.functionStart).toBeUndefined();
});

test("units without entries, as real files have them, are no damage", async () => {
  const good = twoUnits(4, 8, TEXT);
  const empty = buildUnit({ version: 4, entries: () => undefined });
  const { info, problems } = open({ ...good, debug_info: join(good.debug_info, empty, empty) });
  expect(await info.lookUp(0x9000)).toBeUndefined();
  expect((await info.lookUp(0x150))?.frames).toHaveLength(2);
  expect(problems).toEqual([]);
});

function aranges(unit: number, start: bigint, size: number): Uint8Array {
  return new ByteBuilder().sized((out) => out.u16(2).u32(unit).u8(8, 0).zeros(4).u64(start, size).u64(0, 0)).done();
}

test("aranges decide about the units they list (R20), and are dropped when they are damaged", async () => {
  const good = twoUnits(4, 8, TEXT);
  const narrow = open({ ...good, debug_aranges: aranges(0, TEXT + 0x100n, 0x80) });
  expect((await narrow.info.lookUp(0x150))?.frames).toHaveLength(2);
  expect(await narrow.info.lookUp(0x190)).toBeUndefined();
  expect(narrow.problems).toEqual([]);

  const cut = open({ ...good, debug_aranges: aranges(0, TEXT + 0x100n, 0x80).subarray(0, 40) });
  expect((await cut.info.lookUp(0x190))?.frames).toHaveLength(1);
  expect(cut.problems).toHaveLength(1);

  const wrongUnit = open({ ...good, debug_aranges: aranges(7, TEXT + 0x100n, 0x100) });
  expect((await wrongUnit.info.lookUp(0x150))?.frames).toHaveLength(2);
});

test("aranges spare reading units that are not asked for", async () => {
  const good = twoUnits(4, 8, TEXT);
  const size = 50 << 20;
  let read = 0;
  const big = sparseSource(good.debug_info.length + size, (bytes, offset) => {
    read += bytes.length;
    bytes.set(good.debug_info.subarray(offset, offset + bytes.length));
  });
  const { info } = open({ ...good, debug_info: big, debug_aranges: aranges(0, TEXT + 0x100n, 0x100) });
  expect((await info.lookUp(0x150))?.frames).toHaveLength(2);
  expect(read).toBeLessThan(100_000);
});

/** One function around nested inlined calls, each with the name of the entry `name` gives. */
function nested(depth: number, kind: "inlined" | "blocks"): Record<string, Uint8Array> {
  const good = twoUnits(4, 8, TEXT);
  const entries = (out: ByteBuilder) => {
    out
      .uleb(1)
      .text("a.cpp")
      .text("/comp")
      .u8(C_PLUS_PLUS)
      .u32(0)
      .u64(TEXT + 0x100n, TEXT + 0x200n);
    out
      .uleb(2)
      .text("_Z5outerv")
      .u64(TEXT + 0x100n, TEXT + 0x200n);
    for (let i = 0; i < depth; i++) {
      if (kind === "inlined")
        out
          .uleb(3)
          .u32(11)
          .u64(TEXT + 0x140n, TEXT + 0x180n)
          .u8(1)
          .uleb(i + 1);
      else out.uleb(5).u8(0).sleb(0);
    }
    out.zeros(depth + 2);
  };
  return { ...good, debug_info: buildUnit({ version: 4, entries }) };
}

test("entries may nest up to the limit, and not one deeper", async () => {
  const deep = open(nested(MAX_DIE_DEPTH - 2, "blocks"));
  expect((await deep.info.lookUp(0x150))?.frames[0]?.name).toBe("_Z5outerv");
  expect(deep.problems).toEqual([]);
  const deeper = open(nested(MAX_DIE_DEPTH - 1, "blocks"));
  expect((await deeper.info.lookUp(0x150))?.frames[0]).toMatchObject({ name: "", line: 30 });
  expect(deeper.problems[0]?.message).toContain("too deep");
});

test("a chain is cut at its limit", async () => {
  const { info } = open(nested(MAX_CHAIN + 1, "inlined"));
  expect((await info.lookUp(0x150))?.frames).toHaveLength(MAX_CHAIN);
});

test.each([
  [MAX_NAME_HOPS - 1, "found"],
  [MAX_NAME_HOPS, ""],
])("a name %i references away is %j", async (hops, expected) => {
  const reference: BuiltAbbrev = { tag: dw.TAG_SUBPROGRAM, attributes: [[dw.AT_SPECIFICATION, dw.FORM_REF4]] };
  const concrete: BuiltAbbrev = {
    tag: dw.TAG_SUBPROGRAM,
    attributes: [
      [dw.AT_SPECIFICATION, dw.FORM_REF4],
      [dw.AT_LOW_PC, dw.FORM_ADDR],
      [dw.AT_HIGH_PC, dw.FORM_DATA4],
    ],
  };
  const named: BuiltAbbrev = { tag: dw.TAG_SUBPROGRAM, attributes: [[dw.AT_MIPS_LINKAGE_NAME, dw.FORM_STRING]] };
  const info = buildUnit({
    version: 4,
    entries: (out) => {
      out
        .uleb(1)
        .text("a")
        .text("/")
        .u8(C_PLUS_PLUS)
        .u32(0)
        .u64(TEXT, TEXT + 0x10n);
      const base = 11 + out.length - 7;
      // The concrete entry goes straight to its target, so a chain of n entries is n references away.
      out
        .uleb(3)
        .u32(base + 17)
        .u64(TEXT)
        .u32(0x10);
      for (let i = 0; i < hops; i++) out.uleb(2).u32(base + 17 + (i + 1) * 5);
      out.uleb(4).text("found").u8(0);
    },
  });
  const { info: dwarf } = open({ debug_info: info, debug_abbrev: buildAbbrevs([ROOT, reference, concrete, named]) });
  expect((await dwarf.lookUp(4))?.frames[0]?.name).toBe(expected);
});

test("names that go round in circles end", async () => {
  const concrete: BuiltAbbrev = {
    tag: dw.TAG_SUBPROGRAM,
    attributes: [
      [dw.AT_ABSTRACT_ORIGIN, dw.FORM_REF_ADDR],
      [dw.AT_LOW_PC, dw.FORM_ADDR],
      [dw.AT_HIGH_PC, dw.FORM_DATA4],
    ],
  };
  let self = 0;
  const build = () =>
    buildUnit({
      version: 4,
      entries: (out) => {
        out
          .uleb(1)
          .text("a")
          .text("/")
          .u8(C_PLUS_PLUS)
          .u32(0)
          .u64(TEXT, TEXT + 0x10n);
        self = 4 + out.length;
        out.uleb(2).u32(self).u64(TEXT).u32(0x10).u8(0);
      },
    });
  build();
  const { info } = open({ debug_info: build(), debug_abbrev: buildAbbrevs([ROOT, concrete]) });
  expect((await info.lookUp(4))?.frames[0]?.name).toBe("");
});

test.each([
  ["abbreviations", "debug_abbrev", MAX_ABBREV_BYTES],
  ["address ranges", "debug_aranges", MAX_ARANGES_BYTES],
])("a section of %s past its limit is not read", async (_, name, limit) => {
  let read = 0;
  const huge = sparseSource(limit + 1, (bytes) => (read += bytes.length));
  const { info } = open({ ...twoUnits(4, 8, TEXT), [name]: huge });
  const answer = await info.lookUp(0x150);
  expect(answer === undefined).toBe(name === "debug_abbrev");
  expect(read).toBe(0);
});

test("a unit and a line program past their limits are not read", async () => {
  const good = twoUnits(4, 8, TEXT);
  const claims = (bytes: Uint8Array, size: number): ByteSource => {
    const head = bytes.slice();
    new DataView(head.buffer).setUint32(0, size - 4, true);
    return sparseSource(size, (out, offset) => {
      if (out.length > 1 << 20) throw new Error("read whole");
      out.set(head.subarray(offset, offset + out.length));
    });
  };
  const unit = open({ ...good, debug_info: claims(good.debug_info.subarray(0, 120), MAX_UNIT_BYTES + 1) });
  expect((await unit.info.lookUp(0x150))?.frames[0]).toMatchObject({ name: "", line: 30 });
  expect(unit.problems[0]?.message).toContain("a unit of");
  const lines = open({ ...good, debug_line: claims(good.debug_line, MAX_LINE_PROGRAM_BYTES + 1) });
  expect((await lines.info.lookUp(0x150))?.frames).toHaveLength(2);
  expect(lines.problems[0]?.message).toContain("a line program of");
});

test("one unit more than a file may have", async () => {
  const { info, problems } = open({ debug_info: sparseSource(4 * (MAX_UNITS + 1)), debug_abbrev: new Uint8Array(1) });
  expect(await info.lookUp(1)).toBeUndefined();
  expect(problems.at(-1)?.message).toContain(`more than ${MAX_UNITS} units`);
});

test("units that all point at one large line program do not make work without end", async () => {
  const good = twoUnits(4, 8, TEXT);
  const count = 40;
  const units = Array.from({ length: count }, (_, i) =>
    buildUnit({
      version: 4,
      entries: (out) => {
        const low = TEXT + BigInt(0x1000 * (i + 1));
        out
          .uleb(1)
          .text("a")
          .text("/")
          .u8(C_PLUS_PLUS)
          .u32(0)
          .u64(low, low + 0x100n)
          .u8(0);
      },
    }),
  );
  const program = buildLines({ version: 4, program: (out) => out.zeros(0) });
  const size = 4 << 20;
  new DataView(program.buffer).setUint32(0, size - 4, true);
  let read = 0;
  const line = sparseSource(size, (bytes, offset) => {
    read += bytes.length;
    bytes.fill(1); // rows without an end
    bytes.set(program.subarray(offset, offset + bytes.length));
  });
  const { info, problems } = open({ ...good, debug_info: join(...units), debug_line: line });
  for (let i = 0; i < count; i++) await info.lookUp(0x1000 * (i + 1) + 4);
  expect(read).toBeLessThan(12 * size);
  expect(problems.at(-1)?.message).toContain("over and over");
});

/** Entries as blocks of bytes: mostly what differs from the entry before. Each block stands for itself. */
import { NONE } from "../../dwarf/constants.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Entries } from "./entries.ts";
import {
  ENTRIES_PER_BLOCK,
  ENTRY_HAS_NODE,
  ENTRY_HAS_ROW,
  ENTRY_SAME_FILE,
  ENTRY_SAME_NODE,
  ENTRY_SAME_START,
  LINE_DELTAS,
  LINE_EXPLICIT,
  LINE_ZERO,
} from "./format.ts";
import { resolveOverlaps } from "./resolve-overlaps.ts";

/** Zeros at the end of all addresses: 2 for arm64. */
export function commonShift(entries: Entries): number {
  let all = 0;
  for (let i = 0; i < entries.count; i++) {
    all |= entries.addresses[i]!;
    if (entries.nodes[i] !== NONE) all |= entries.functionStarts[i]!;
  }
  for (let i = 0; i < entries.pieces; i++) all |= entries.pieceStarts[i]! | entries.pieceEnds[i]!;
  let shift = 0;
  while (shift < MAX_SHIFT && (all & (1 << shift)) === 0) shift++;
  return shift;
}
const MAX_SHIFT = 4;

const LINE_CODES: ReadonlyMap<number, number> = new Map(
  LINE_DELTAS.flatMap((delta, code) => (Number.isNaN(delta) ? [] : [[delta, code] as const])),
);

/** Everything in the order of addresses, pieces that overlap told apart. `places` = where each node was written. */
export function packEntries(
  entries: Entries,
  shift: number,
  places: Uint32Array,
  index: ByteWriter,
  blocks: ByteWriter,
): void {
  const { addresses, nodes, functionStarts, files, lines, pieceStarts, pieceEnds, pieceRanks, pieceFirst } = entries;
  const offsets: number[] = [];
  let inBlock = 0;
  let previous = 0;
  let place = 0;
  let file = 0;
  let functionStart = 0;
  let line = 0;
  let last = -1; // the entry written last; -1 for a gap
  let until = -1; // where the piece written last ends

  const begin = (address: number): void => {
    if (inBlock === 0) {
      index.u32(address);
      offsets.push(blocks.length);
      previous = address;
      place = 0;
      file = 0;
      functionStart = 0;
      line = 0;
    }
    blocks.uleb((address - previous) >>> shift);
    previous = address;
    inBlock = (inBlock + 1) % ENTRIES_PER_BLOCK;
  };

  const gap = (address: number): void => {
    begin(address);
    blocks.u8(0);
    last = -1;
  };

  const write = (address: number, entry: number): void => {
    if (last >= 0 && nodes[last] === nodes[entry] && files[last] === files[entry] && lines[last] === lines[entry]) {
      if (nodes[entry] === NONE || functionStarts[last] === functionStarts[entry]) return;
    }
    last = entry;
    begin(address);
    const node = nodes[entry]!;
    const hasNode = node !== NONE;
    const hasRow = files[entry] !== NONE;
    let tag = 0;
    if (hasNode) {
      tag |= ENTRY_HAS_NODE;
      if (places[node] === place) tag |= ENTRY_SAME_NODE;
      if (functionStarts[entry] === functionStart) tag |= ENTRY_SAME_START;
    }
    if (hasRow) {
      tag |= ENTRY_HAS_ROW;
      if (files[entry] === file) tag |= ENTRY_SAME_FILE;
    }
    const newLine = lines[entry]!;
    const code = newLine === 0 ? LINE_ZERO : (LINE_CODES.get(newLine - line) ?? LINE_EXPLICIT);
    blocks.u8(hasRow ? tag | (code << 5) : tag);
    if (hasNode) {
      if ((tag & ENTRY_SAME_NODE) === 0) {
        blocks.zigzag(places[node]! - place);
        place = places[node]!;
      }
      if ((tag & ENTRY_SAME_START) === 0) {
        functionStart = functionStarts[entry]!;
        blocks.uleb((address - functionStart) >>> shift);
      }
    }
    if (hasRow) {
      if ((tag & ENTRY_SAME_FILE) === 0) {
        file = files[entry]!;
        blocks.uleb(file);
      }
      if (code === LINE_EXPLICIT) blocks.uleb(newLine);
      if (newLine !== 0) line = newLine;
    }
  };

  const isBefore = (a: number, b: number): boolean =>
    pieceRanks[a]! < pieceRanks[b]! || (pieceRanks[a] === pieceRanks[b] && a < b);
  resolveOverlaps(entries.pieces, pieceStarts, pieceEnds, isBefore, (start, end, piece) => {
    if (until >= 0 && until < start) gap(until);
    let entry = pieceFirst[piece]!;
    while (entry + 1 < entries.count && addresses[entry + 1]! <= start) entry++;
    write(start, entry);
    // Each unit ends with an entry that is a gap, so this never runs into the next one's.
    for (; entry + 1 < entries.count && addresses[entry + 1]! < end && addresses[entry + 1]! > start; entry++) {
      write(addresses[entry + 1]!, entry + 1);
    }
    // The parts of a piece come in rising order: what was passed is not looked at again.
    pieceFirst[piece] = entry;
    until = end;
  });
  if (until >= 0) gap(until);
  for (const offset of offsets) index.u32(offset);
}

/**
 * CRC-32 as zip uses it (polynomial 0xEDB88320, reflected), eight bytes at a time: table k tells what a byte does to the
 * sum k bytes later. Every byte that is unpacked passes through here.
 */
const STEP = 8;
const TABLE = new Uint32Array(STEP * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  TABLE[byte] = value;
}
for (let i = 256; i < TABLE.length; i++) {
  const before = TABLE[i - 256] ?? 0;
  TABLE[i] = (TABLE[before & 0xff] ?? 0) ^ (before >>> 8);
}

/** Begin with 0; feed the chunks in order. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const table = TABLE;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (k: number, byte: number) => table[k * 256 + byte] ?? 0;
  let crc = ~before;
  let i = 0;
  for (; i + STEP <= bytes.length; i += STEP) {
    const low = view.getUint32(i, true) ^ crc;
    const high = view.getUint32(i + 4, true);
    crc =
      at(7, low & 0xff) ^
      at(6, (low >>> 8) & 0xff) ^
      at(5, (low >>> 16) & 0xff) ^
      at(4, low >>> 24) ^
      at(3, high & 0xff) ^
      at(2, (high >>> 8) & 0xff) ^
      at(1, (high >>> 16) & 0xff) ^
      at(0, high >>> 24);
  }
  for (; i < bytes.length; i++) crc = at(0, (crc ^ (bytes[i] ?? 0)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

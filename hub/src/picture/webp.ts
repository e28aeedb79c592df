import { HubError } from "#contract/errors.ts";
import type { Structure } from "./structure.ts";
import { decodeCost } from "./work-cost.ts";

/** `RIFF`, length, `WEBP`. */
const FILE_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

const damaged = (what: string) => new HubError("bad-picture", `the WebP is damaged: ${what}`);

/**
 * Size and extent of a WebP (RFC 9649): lossy `VP8 `, lossless `VP8L` or extended `VP8X`.
 *
 * @throws {HubError} `bad-picture`
 */
export function readWebp(bytes: Uint8Array): Structure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < FILE_HEADER_BYTES + CHUNK_HEADER_BYTES) throw cutOff(bytes.length, undefined);
  const length = view.getUint32(4, true) + 8;
  if (length > bytes.length) throw cutOff(bytes.length, length);
  if (length < FILE_HEADER_BYTES + CHUNK_HEADER_BYTES) throw damaged("its RIFF length leaves no room for a picture");
  const first = chunkAt(view, FILE_HEADER_BYTES, length);
  const { width, height } = first.type === "VP8X" ? readExtended(view, first, length) : readBitstream(view, first);
  const cost = decodeCost({
    width,
    height,
    length,
    // The decoder gives the picture as one piece; a lossless or an animated one is put together in a second.
    whole: true,
    bytesPerPixel: first.type === "VP8 " ? 4 : 8,
    msPerMegapixel: 30,
    msPerMegabyte: 100,
  });
  return { format: "webp", width, height, length, cost };
}

interface Chunk {
  readonly type: string;
  /** Offset of the data. */
  readonly at: number;
  readonly size: number;
  /** Offset of the next chunk; data are padded to an even length. */
  readonly next: number;
}

function chunkAt(view: DataView, at: number, end: number): Chunk {
  if (at + CHUNK_HEADER_BYTES > end) throw damaged("it holds no picture chunk");
  const type = String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
  const size = view.getUint32(at + 4, true);
  const data = at + CHUNK_HEADER_BYTES;
  if (data + size > end) throw damaged(`its ${JSON.stringify(type)} chunk is longer than the file`);
  return { type, at: data, size, next: data + size + (size & 1) };
}

function readBitstream(view: DataView, { type, at, size }: Chunk) {
  if (type === "VP8 ") {
    if (size < 10) throw damaged("its frame header is too short");
    // Bit 0 of the frame tag is 0 for a key frame; the start code is 9D 01 2A (RFC 6386, 9.1).
    if ((view.getUint8(at) & 1) !== 0 || view.getUint8(at + 3) !== 0x9d || view.getUint16(at + 4) !== 0x012a)
      throw damaged("its lossy frame does not begin with a key frame");
    return checkSize(view.getUint16(at + 6, true) & 0x3fff, view.getUint16(at + 8, true) & 0x3fff);
  }
  if (type === "VP8L") {
    if (size < 5 || view.getUint8(at) !== 0x2f) throw damaged("its lossless frame has no signature");
    const bits = view.getUint32(at + 1, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  throw damaged(`it begins with a ${JSON.stringify(type)} chunk`);
}

/** The canvas of an extended file, which must hold a picture chunk somewhere. */
function readExtended(view: DataView, header: Chunk, end: number) {
  if (header.size < 10) throw damaged("its extended header is too short");
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  const canvas = { width: uint24(header.at + 4) + 1, height: uint24(header.at + 7) + 1 };
  for (let at = header.next; ;) {
    const chunk = chunkAt(view, at, end);
    if (chunk.type === "ANMF") return canvas;
    if (chunk.type === "VP8 " || chunk.type === "VP8L") {
      const inner = readBitstream(view, chunk);
      if (inner.width !== canvas.width || inner.height !== canvas.height)
        throw damaged("its canvas and its picture are of different sizes");
      return canvas;
    }
    at = chunk.next;
  }
}

function checkSize(width: number, height: number) {
  if (width === 0 || height === 0) throw damaged(`it says that it is ${width}×${height} pixels`);
  return { width, height };
}

function cutOff(have: number, want: number | undefined): HubError {
  const figures = want === undefined ? "" : ` (${have} of ${want} bytes)`;
  return new HubError("bad-picture", `the WebP ends before its end: it was cut off${figures}`);
}

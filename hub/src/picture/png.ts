import { HubError } from "#contract/errors.ts";
import type { Structure } from "./structure.ts";
import { decodeCost } from "./work-cost.ts";

const HEADER_BYTES = 8;
/** Length, type and checksum around the data of a chunk. */
const CHUNK_BYTES = 12;

const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

/**
 * Size and extent of a PNG (ISO/IEC 15948): IHDR first, at least one IDAT, IEND; checksums are left to the decoder.
 *
 * @throws {HubError} `bad-picture`
 */
export function readPng(bytes: Uint8Array): Structure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: ReturnType<typeof readHeader> | undefined;
  let hasData = false;
  for (let at = HEADER_BYTES; at + CHUNK_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + CHUNK_BYTES + length;
    if (end > bytes.length) break;
    if (!header) {
      if (type !== IHDR || length !== 13)
        throw new HubError("bad-picture", "the PNG does not begin with its header chunk");
      header = readHeader(view, at + 8);
    }
    if (type === IDAT) hasData = true;
    if (type === IEND) {
      if (!hasData) throw new HubError("bad-picture", "the PNG holds no picture data");
      const { width, height, bytesPerPixel, interlaced } = header;
      const cost = decodeCost({
        width,
        height,
        length: end,
        // Each pass of an interlaced picture is spread over the whole of it.
        whole: interlaced,
        bytesPerPixel,
        msPerMegapixel: 8 * bytesPerPixel,
        msPerMegabyte: 10,
      });
      return { format: "png", width, height, length: end, cost };
    }
    at = end;
  }
  throw new HubError("bad-picture", "the PNG ends before its end chunk: it was cut off");
}

/** Samples of a pixel, by colour type; a palette is opened to four. */
const SAMPLES: readonly (number | undefined)[] = [1, undefined, 3, 4, 2, undefined, 4];

function readHeader(view: DataView, at: number) {
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  if (width === 0 || height === 0)
    throw new HubError("bad-picture", `the PNG says that it is ${width}×${height} pixels`);
  const bytesPerSample = view.getUint8(at + 8) > 8 ? 2 : 1;
  const bytesPerPixel = (SAMPLES[view.getUint8(at + 9)] ?? 4) * bytesPerSample;
  return { width, height, bytesPerPixel, interlaced: view.getUint8(at + 12) !== 0 };
}

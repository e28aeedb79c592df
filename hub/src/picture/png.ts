import { HubError } from "#contract/errors.ts";
import type { Structure } from "./structure.ts";

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
  let size: { readonly width: number; readonly height: number } | undefined;
  let hasData = false;
  for (let at = HEADER_BYTES; at + CHUNK_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + CHUNK_BYTES + length;
    if (end > bytes.length) break;
    if (!size) {
      if (type !== IHDR || length !== 13)
        throw new HubError("bad-picture", "the PNG does not begin with its header chunk");
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
      if (size.width === 0 || size.height === 0)
        throw new HubError("bad-picture", `the PNG says that it is ${size.width}×${size.height} pixels`);
    }
    if (type === IDAT) hasData = true;
    if (type === IEND) {
      if (!hasData) throw new HubError("bad-picture", "the PNG holds no picture data");
      return { format: "png", ...size, length: end };
    }
    at = end;
  }
  throw new HubError("bad-picture", "the PNG ends before its end chunk: it was cut off");
}

import { HubError } from "#contract/errors.ts";
import type { Structure } from "./structure.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

const cutOff = () => new HubError("bad-picture", "the JPEG ends before its end marker: it was cut off");

/**
 * Size and extent of a JPEG (ITU-T T.81, annex B), without decoding it.
 *
 * Markers are walked through all scans. So what cameras put behind the end marker is left out of
 * {@link Structure.length}, not refused: the padding of UVC ones, a film that a phone appended, a second picture.
 *
 * @throws {HubError} `bad-picture`
 */
export function readJpeg(bytes: Uint8Array): Structure {
  let size: { readonly width: number; readonly height: number } | undefined;
  let at = 2;
  for (;;) {
    const marker = nextMarker(bytes, at);
    at = marker.end;
    if (marker.code === SOI || marker.code === EOI)
      throw new HubError("bad-picture", "the JPEG holds no picture: a start or end marker comes before any scan");
    if (standsAlone(marker.code)) continue;
    const end = segmentEnd(bytes, at);
    if (isFrameHeader(marker.code)) {
      if (size) throw new HubError("bad-picture", "the JPEG has two frame headers");
      size = readFrameHeader(bytes, at, end);
    }
    at = end;
    if (marker.code !== SOS) continue;
    if (!size) throw new HubError("bad-picture", "the JPEG begins a scan before it says its size");
    return { format: "jpeg", ...size, length: findEnd(bytes, at) };
  }
}

function readFrameHeader(bytes: Uint8Array, at: number, end: number) {
  if (end - at < 9) throw new HubError("bad-picture", "the JPEG's frame header is too short");
  if (bytes[at + 2] !== 8)
    throw new HubError("bad-picture", `the JPEG has ${bytes[at + 2]} bits per sample; only 8 are supported`);
  const [height, width] = [uint16(bytes, at + 3), uint16(bytes, at + 5)];
  if (width === 0 || height === 0)
    throw new HubError("bad-picture", `the JPEG says that it is ${width}×${height} pixels`);
  return { width, height };
}

/** Where the picture ends: past its end marker. `at` is where the entropy-coded bytes of the first scan begin. */
function findEnd(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  for (;;) {
    const mark = bytes.indexOf(0xff, at);
    if (mark < 0) throw cutOff();
    const code = bytes[mark + 1];
    if (code === EOI) return mark + 2;
    if (code === undefined) throw cutOff();
    // A stuffed zero, fill bytes and restart markers belong to the scan; tables may stand between scans.
    if (code === 0xff) at = mark + 1;
    else if (code === 0 || standsAlone(code)) at = mark + 2;
    else if (code === SOI) throw new HubError("bad-picture", "the JPEG is cut off: another one begins inside it");
    else if (mark + 4 <= length && mark + 2 + uint16(bytes, mark + 2) <= length) at = segmentEnd(bytes, mark + 2);
    // UVC cameras write stray bytes into scans, which may look like a segment that reaches too far; decoders take them.
    else if (bytes[length - 2] === 0xff && bytes[length - 1] === EOI) return length;
    else throw cutOff();
  }
}

function nextMarker(bytes: Uint8Array, at: number): { readonly code: number; readonly end: number } {
  if (at >= bytes.length) throw cutOff();
  if (bytes[at] !== 0xff)
    throw new HubError("bad-picture", `the JPEG is damaged: no marker at byte ${at}, where one must be`);
  while (bytes[at] === 0xff) at++;
  const code = bytes[at];
  if (code === undefined) throw cutOff();
  return { code, end: at + 1 };
}

function segmentEnd(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) throw cutOff();
  const length = uint16(bytes, at);
  if (length < 2) throw new HubError("bad-picture", `the JPEG is damaged: a segment at byte ${at} has no length`);
  if (at + length > bytes.length) throw cutOff();
  return at + length;
}

/** TEM and the restart markers have no segment. */
const standsAlone = (code: number) => code === 0x01 || (code >= 0xd0 && code <= 0xd7);

/** SOF0 to SOF15, without DHT, JPG and DAC, which lie in the same range. */
const isFrameHeader = (code: number) => code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;

const uint16 = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

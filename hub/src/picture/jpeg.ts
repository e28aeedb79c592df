import { HubError } from "#contract/errors.ts";
import type { Structure } from "./structure.ts";
import { decodeCost } from "./work-cost.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

const cutOff = () => new HubError("bad-picture", "the JPEG ends before its end marker: it was cut off");

/** Programs write up to 20 scans; each of them makes the decoder pass over the whole picture once more. */
const MAX_SCANS = 64;

/**
 * Size, extent and cost of a JPEG (ITU-T T.81, annex B), without decoding it.
 *
 * Markers are walked through all scans. So what cameras put behind the end marker is left out of
 * {@link Structure.length}, not refused: the padding of UVC ones, a film that a phone appended, a second picture.
 *
 * @throws {HubError} `bad-picture`; `too-large` for an absurd number of scans
 */
export function readJpeg(bytes: Uint8Array): Structure {
  let header: FrameHeader | undefined;
  let at = 2;
  for (;;) {
    const marker = nextMarker(bytes, at);
    at = marker.end;
    if (marker.code === SOI || marker.code === EOI)
      throw new HubError("bad-picture", "the JPEG holds no picture: a start or end marker comes before any scan");
    if (standsAlone(marker.code)) continue;
    const end = segmentEnd(bytes, at);
    if (isFrameHeader(marker.code)) {
      if (header) throw new HubError("bad-picture", "the JPEG has two frame headers");
      header = readFrameHeader(bytes, at, end, isProgressive(marker.code));
    }
    if (marker.code === SOS) {
      if (!header) throw new HubError("bad-picture", "the JPEG begins a scan before it says its size");
      return structureOf(bytes, header, at, end);
    }
    at = end;
  }
}

interface FrameHeader {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: number;
  /** Coded samples for each pixel of the picture: 3 without subsampling, 1.5 for 4:2:0. */
  readonly samplesPerPixel: number;
}

/** `at` and `end` are those of the first scan's header. */
function structureOf(bytes: Uint8Array, header: FrameHeader, at: number, end: number): Structure {
  const { width, height } = header;
  const several = header.progressive || (bytes[at + 2] ?? 0) < header.components;
  const { length, scans } = walkScans(bytes, end);
  // A decoder reads the first scan of others and no more.
  if (several && scans > MAX_SCANS)
    throw new HubError(
      "too-large",
      `the JPEG has ${scans} scans, and ${MAX_SCANS} is the most: programs write about ten`,
    );
  const cost = decodeCost({
    width,
    height,
    length,
    // Several scans add up coefficients of 16 bits for the whole picture.
    whole: several,
    bytesPerPixel: several ? header.samplesPerPixel * 2 : 3,
    msPerMegapixel: several ? 6 + 0.7 * scans : 6,
    msPerMegabyte: several ? 100 : 20,
  });
  return { format: "jpeg", width, height, length, cost };
}

function readFrameHeader(bytes: Uint8Array, at: number, end: number, progressive: boolean): FrameHeader {
  if (end - at < 9) throw new HubError("bad-picture", "the JPEG's frame header is too short");
  if (bytes[at + 2] !== 8)
    throw new HubError("bad-picture", `the JPEG has ${bytes[at + 2]} bits per sample; only 8 are supported`);
  const [height, width] = [uint16(bytes, at + 3), uint16(bytes, at + 5)];
  if (width === 0 || height === 0)
    throw new HubError("bad-picture", `the JPEG says that it is ${width}×${height} pixels`);
  const components = bytes[at + 7] ?? 0;
  let [samples, across, down] = [0, 1, 1];
  for (let i = at + 8; i + 3 <= end; i += 3) {
    const factors = bytes[i + 1] ?? 0;
    samples += (factors >> 4) * (factors & 15);
    across = Math.max(across, factors >> 4);
    down = Math.max(down, factors & 15);
  }
  return { width, height, progressive, components, samplesPerPixel: samples / (across * down) };
}

/**
 * Where the picture ends, past its end marker, and in how many scans. `at` is where the entropy-coded bytes of the first one
 * begin.
 */
function walkScans(picture: Uint8Array, at: number): { readonly length: number; readonly scans: number } {
  const { length } = picture;
  // A Buffer's indexOf is several times as fast as that of other arrays of bytes.
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, length);
  let scans = 1;
  for (;;) {
    const mark = nextMark(bytes, at);
    if (mark < 0) throw cutOff();
    const code = bytes[mark + 1];
    if (code === EOI) return { length: mark + 2, scans };
    if (code === undefined) throw cutOff();
    if (code === SOS) scans++;
    // A stuffed zero, fill bytes and restart markers belong to the scan; tables may stand between scans.
    if (code === 0xff) at = mark + 1;
    else if (code === 0 || standsAlone(code)) at = mark + 2;
    else if (code === SOI) throw new HubError("bad-picture", "the JPEG is cut off: another one begins inside it");
    else if (mark + 4 <= length && mark + 2 + uint16(bytes, mark + 2) <= length) at = segmentEnd(bytes, mark + 2);
    // UVC cameras write stray bytes into scans, which may look like a segment that reaches too far; decoders take them.
    else if (bytes[length - 2] === 0xff && bytes[length - 1] === EOI) return { length, scans };
    else throw cutOff();
  }
}

/** Where the next 0xFF is. A call for each would be slow where every other byte is one, a loop where few are. */
function nextMark(bytes: Buffer, at: number): number {
  for (const near = at + 16; at < near; at++) if (bytes[at] === 0xff) return at;
  return bytes.indexOf(0xff, at);
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

/** SOF2, 6, 10 and 14. */
const isProgressive = (code: number) => (code & 3) === 2;

const uint16 = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

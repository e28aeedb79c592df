const APP2 = 0xe2;
const SOS = 0xda;
/** Tag "MP Entry" of the index (CIPA DC-007, 5.2.3). */
const MP_ENTRY = 0xb002;
/** Attribute, size, offset, two numbers of dependent pictures. */
const ENTRY_BYTES = 16;

/**
 * How far a JPEG reaches with the further pictures of its multi-picture index (CIPA DC-007: previews, the second eye,
 * gain maps), which lie behind its end marker; 0 when it has no index that can be read. `jpeg` may end with its own picture.
 */
export function extentOfMultiPicture(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.length);
  for (let at = 2; at + 4 <= jpeg.length && view.getUint8(at) === 0xff;) {
    const code = view.getUint8(at + 1);
    if (code === SOS) return 0;
    const end = at + 2 + view.getUint16(at + 2);
    // "MPF" and a zero byte.
    if (code === APP2 && at + 16 <= end && end <= jpeg.length && view.getUint32(at + 4) === 0x4d504600)
      return extentOfIndex(view, at + 8, end);
    at = end;
  }
  return 0;
}

/** `base`: where the TIFF header of the index lies, from which its offsets count. */
function extentOfIndex(view: DataView, base: number, end: number): number {
  const little = view.getUint16(base) === 0x4949;
  const ifd = base + view.getUint32(base + 4, little);
  if (ifd + 2 > end) return 0;
  const fields = view.getUint16(ifd, little);
  for (let i = 0, at = ifd + 2; i < fields && at + 12 <= end; i++, at += 12) {
    if (view.getUint16(at, little) !== MP_ENTRY) continue;
    const count = view.getUint32(at + 4, little) / ENTRY_BYTES;
    return extentOfEntries(view, base, base + view.getUint32(at + 8, little), Math.floor(count), end, little);
  }
  return 0;
}

function extentOfEntries(view: DataView, base: number, from: number, count: number, end: number, little: boolean) {
  let extent = 0;
  for (let i = 0, at = from; i < count && at + ENTRY_BYTES <= end; i++, at += ENTRY_BYTES) {
    // The first picture is the JPEG itself: its offset is 0.
    const offset = view.getUint32(at + 8, little);
    if (offset > 0) extent = Math.max(extent, base + offset + view.getUint32(at + 4, little));
  }
  return extent;
}

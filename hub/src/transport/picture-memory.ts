import type { PartMemory } from "@lightwell/wire/multipart-buffer.ts";

/** Room for the longest header that an output writes in front of a picture, and what it writes behind one. */
const HEAD_BYTES = 128;
const TAIL_BYTES = 16;

/** Pictures with room around them that no output has taken yet. */
const roomy = new WeakSet<Uint8Array>();

/**
 * Where pictures from outside are put together: each in memory of its own, with room in front and behind, so that the
 * first output that needs header and picture in one buffer does not copy the picture ({@link framed}).
 */
export const pictureMemory: PartMemory = {
  allocate: (bytes) => Buffer.allocUnsafeSlow(HEAD_BYTES + bytes + TAIL_BYTES).subarray(HEAD_BYTES, HEAD_BYTES + bytes),
  finished: (picture) => void roomy.add(picture),
};

/** A picture that came in pieces, `size` bytes together. */
export function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const picture = pictureMemory.allocate(size);
  let at = 0;
  for (const piece of pieces) {
    picture.set(piece, at);
    at += piece.length;
  }
  pictureMemory.finished?.(picture);
  return picture;
}

/**
 * A buffer with the picture behind `headBytes` and in front of `tailBytes`, both for the caller to fill, all of them.
 *
 * The room around a picture is given away once, and only to those who have the very view that was finished: a second frame of
 * the same picture, or a part of it, gets a copy. So nothing is written twice into bytes that are on their way.
 */
export function framed(headBytes: number, picture: Uint8Array, tailBytes: number): Buffer {
  const size = headBytes + picture.length + tailBytes;
  if (headBytes <= HEAD_BYTES && tailBytes <= TAIL_BYTES && roomy.delete(picture))
    return Buffer.from(picture.buffer, picture.byteOffset - headBytes, size);
  const copy = Buffer.allocUnsafeSlow(size);
  copy.set(picture, headBytes);
  return copy;
}

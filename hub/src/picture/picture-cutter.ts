import { extentOfMultiPicture } from "./multi-picture.ts";
import { endFinder, startOf, type PictureFormatEnd } from "./picture-end.ts";

/**
 * Cuts bytes that hold pictures one straight after the other (`ffmpeg -f mjpeg`, `cat *.png`) into pictures, as they arrive.
 *
 * The first bytes decide what follows: JPEGs, PNGs or WebPs. What lies between two pictures is passed over: padding,
 * what a camera left in its buffer, a film behind a photo, and the further pictures that a photo's multi-picture index
 * lists as its own. Bytes that begin as no picture are kept whole for {@link PictureCutter.end}, so that they can be
 * refused in words. Never throws.
 */
export class PictureCutter {
  /** Bytes that came since the end of the last picture, kept or passed over: what a limit is to be held against. */
  unfinishedBytes = 0;
  #data = new Uint8Array(0);
  #from = 0;
  #to = 0;
  #format: PictureFormatEnd["format"] | "none" | undefined;
  #end: PictureFormatEnd | undefined;
  /** Bytes to come that belong to the last picture without being of it. */
  #belonging = 0;

  /** The pictures that these bytes complete; each has its own copy. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.unfinishedBytes += chunk.length;
    this.#append(chunk);
    const pictures: Uint8Array[] = [];
    for (let picture = this.#next(); picture; picture = this.#next()) pictures.push(picture);
    return pictures;
  }

  /** No more will come: what has begun as a picture and is not whole, or all of it when it never was one. */
  end(): Uint8Array | undefined {
    const whole = this.#format === undefined || this.#format === "none" || this.#end;
    const rest = whole && this.#to > this.#from ? this.#pending() : undefined;
    this.#data = new Uint8Array(0);
    this.#from = this.#to = 0;
    return rest;
  }

  #next(): Uint8Array | undefined {
    if (!this.#end && !this.#seek()) return undefined;
    const size = this.#end?.find(this.#pending()) ?? -1;
    if (size < 0) return undefined;
    const picture = this.#pending().slice(0, size);
    this.#from += size;
    this.#end = undefined;
    this.#belonging = Math.max(0, extentOfMultiPicture(picture) - size);
    this.unfinishedBytes = this.#to - this.#from;
    return picture;
  }

  /** Go to where the next picture begins; false when that is not here yet. */
  #seek(): boolean {
    if (this.#format === undefined || this.#format === "none") {
      // Twelve bytes tell all formats.
      if (this.#format === "none" || this.#to - this.#from < 12) return false;
      this.#end = endFinder(this.#pending());
      this.#format = this.#end?.format ?? "none";
      return this.#end !== undefined;
    }
    const passed = Math.min(this.#belonging, this.#to - this.#from);
    this.#belonging -= passed;
    this.#from += passed;
    const { at, found } = startOf(this.#format, this.#pending());
    this.#from += at;
    if (found) this.#end = endFinder(this.#pending());
    return this.#end !== undefined;
  }

  #pending(): Uint8Array {
    return this.#data.subarray(this.#from, this.#to);
  }

  #append(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#data.length) {
      const held = this.#to - this.#from;
      const room = held + bytes.length;
      const target = room > this.#data.length ? new Uint8Array(Math.max(room, 2 * held, 4096)) : this.#data;
      target.set(this.#pending());
      this.#data = target;
      this.#from = 0;
      this.#to = held;
    }
    this.#data.set(bytes, this.#to);
    this.#to += bytes.length;
  }
}

/** The pictures in bytes that are here already. Bytes that hold one, or none, are given back as they are. */
export function cutPictures(bytes: Uint8Array): Uint8Array[] {
  const end = bytes.length < 12 ? undefined : endFinder(bytes);
  const size = end?.find(bytes) ?? -1;
  if (!end || size < 0 || !startOf(end.format, bytes.subarray(size)).found) return [bytes];
  const cutter = new PictureCutter();
  const pictures = cutter.push(bytes);
  const rest = cutter.end();
  if (rest) pictures.push(rest);
  return pictures.length > 1 ? pictures : [bytes];
}

import { delimiterAt, delimiterOf, hasToken } from "./multipart-delimiter.ts";
import { PartBuffer, type PartMemory } from "./multipart-buffer.ts";
import { beginsJpeg, JpegEnd } from "./multipart-jpeg.ts";

export interface MultipartPart {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** As {@link PartMemory} gave it: alone in its memory. */
  readonly body: Uint8Array;
}

export interface MultipartLimits {
  readonly maxPartBytes: number;
  /** Of all header lines of one part. */
  readonly maxHeaderBytes: number;
}

const CR = 13;
const LF = 10;
const DASH = 45;
/** Chunks are taken in slices: what is behind the end of a body has to be copied once more. */
const BODY_SLICE_BYTES = 16 * 1024;
const HEADER_SLICE_BYTES = 1024;

const latin1 = new TextDecoder("latin1");
const nothing: ReadonlyMap<string, string> = new Map();

/**
 * Takes a `multipart/x-mixed-replace` body apart as it arrives, as tolerant as a browser.
 *
 * Understood: a missing first boundary, a boundary with its dashes counted twice or not at all, a doubled
 * boundary line, one that differs from the declared one or was never declared, bare line feeds, parts
 * without header. A part ends at its `Content-Length`, without one at the end marker of its JPEG, and in
 * any case at the next boundary; a length that contradicts the JPEG is not believed.
 *
 * Never throws. A part beyond the limits is left out and counted. The parts depend on the bytes only, not
 * on how they were cut into chunks.
 */
export class MultipartParser {
  /** Parts left out because they, or their headers, were beyond the limits. */
  oversized = 0;
  readonly #limits: MultipartLimits;
  #delimiter: Uint8Array | undefined;
  #state: "start" | "headers" | "body" | "between" | "ended" = "start";
  readonly #buffer: PartBuffer;
  #headers = new Map<string, string>();
  #headerBytes = 0;
  #length: number | undefined;
  #jpegEnd = new JpegEnd();
  /** Offset in the body up to which there is no delimiter. */
  #searched = 0;

  /** @param boundary as {@link boundaryOf} gives it; undefined: any line of two dashes and a word is one */
  constructor(
    boundary: string | undefined,
    { maxPartBytes = 8 * 1024 * 1024, maxHeaderBytes = 16 * 1024 }: Partial<MultipartLimits> = {},
    memory?: PartMemory,
  ) {
    this.#buffer = new PartBuffer(maxPartBytes, memory);
    this.#limits = { maxPartBytes, maxHeaderBytes };
    this.#delimiter = delimiterOf(boundary);
  }

  /** Bytes held until more arrive: never much more than one part. */
  get bufferedBytes(): number {
    return this.#buffer.length;
  }

  /** The parts that these bytes complete. */
  push(chunk: Uint8Array): MultipartPart[] {
    const parts: MultipartPart[] = [];
    for (let at = 0; at < chunk.length && this.#state !== "ended";) {
      if (this.#state !== "body") this.#buffer.leaveBody();
      const slice = chunk.subarray(at, at + this.#sliceBytes());
      this.#buffer.append(slice);
      at += slice.length;
      while (this.#step(parts));
    }
    return parts;
  }

  /** The body is over: the part that only its end completes, if there is one. */
  end(): MultipartPart[] {
    const parts = this.push(Uint8Array.of(LF));
    if (this.#state === "body" && this.#length === undefined && !beginsJpeg(this.#buffer.pending)) {
      const size = this.bufferedBytes - 1;
      if (size > 0) this.#finish(size, parts);
    }
    this.#state = "ended";
    this.#buffer.clear();
    return parts;
  }

  /** One step ahead; false when more bytes are needed. */
  #step(parts: MultipartPart[]): boolean {
    if (this.#state === "start") return this.#start();
    if (this.#state === "headers") return this.#header();
    if (this.#state === "body") return this.#body(parts);
    return this.#state === "between" && this.#between();
  }

  /** The first line decides: a boundary, a header whose boundary is missing, a picture, or text to pass over. */
  #start(): boolean {
    const data = this.#buffer.pending;
    if (data[0] === CR || data[0] === LF) return this.#skip(1);
    if (data.length < 2) return false;
    if (beginsJpeg(data)) return this.#openBody();
    const line = this.#line(data);
    if (line === undefined) return false;
    if (line === "too-long") {
      this.#state = "between";
      return true;
    }
    if (data[0] === DASH && data[1] === DASH) {
      const found = delimiterAt(data, 0, this.#delimiter);
      if (found.length <= 0) this.#delimiter = undefined;
      this.#skip(line.bytes);
      return this.#openHeaders();
    }
    if (hasToken(line.text)) return this.#openHeaders();
    return this.#skip(line.bytes);
  }

  #header(): boolean {
    const data = this.#buffer.pending;
    if (data.length < 2 && data[0] !== LF) return false;
    if (beginsJpeg(data)) return this.#openBody();
    const line = this.#line(data);
    if (line === undefined) return false;
    if (line === "too-long" || this.#headerBytes + line.bytes > this.#limits.maxHeaderBytes) return this.#refuse();
    if (line.text === "") {
      this.#skip(line.bytes);
      return this.#openBody();
    }
    if (delimiterAt(data, 0, this.#delimiter).length > 0) {
      this.#skip(line.bytes);
      return this.#openHeaders();
    }
    const colon = line.text.indexOf(":");
    if (colon > 0) this.#headers.set(line.text.slice(0, colon).trim().toLowerCase(), line.text.slice(colon + 1).trim());
    this.#headerBytes += line.bytes;
    return this.#skip(line.bytes);
  }

  #body(parts: MultipartPart[]): boolean {
    const data = this.#buffer.pending;
    if (data.length < 2) return false;
    const { end, found } = this.#searchDelimiter(data);
    const jpeg = beginsJpeg(data);
    if (this.#length !== undefined && this.#length <= end) {
      const whole = data.subarray(0, this.#length);
      if (!jpeg || endsJpeg(whole) || this.#jpegEnd.find(whole) > 0) return this.#finish(whole.length, parts);
      this.#length = undefined;
    }
    if (this.#length === undefined && jpeg) {
      const size = this.#jpegEnd.find(data.subarray(0, end));
      if (size > 0) return this.#finish(size, parts);
    }
    if (found) return this.#finish(withoutNewline(data, end), parts);
    // Two more: the line break before a delimiter is not of the part.
    return end > this.#limits.maxPartBytes + 2 && this.#refuse();
  }

  /** Where the delimiter stands or may stand; without either, the end of what there is. */
  #searchDelimiter(data: Uint8Array): { readonly end: number; readonly found: boolean } {
    for (;;) {
      const at = data.indexOf(DASH, this.#searched);
      this.#searched = at < 0 ? data.length : at;
      if (at < 0) return { end: data.length, found: false };
      if (at === 0 || data[at - 1] === LF) {
        const { length } = delimiterAt(data, at, this.#delimiter);
        if (length !== 0) return { end: at, found: length > 0 };
      }
      this.#searched = at + 1;
    }
  }

  #between(): boolean {
    const data = this.#buffer.pending;
    for (let at = data.indexOf(DASH); at >= 0; at = data.indexOf(DASH, at)) {
      const { length, closing } = delimiterAt(data, at, this.#delimiter);
      if (length < 0) {
        this.#skip(at);
        return false;
      }
      if (length > 0) {
        this.#skip(at + length);
        return closing || this.#openHeaders();
      }
      at++;
    }
    this.#skip(data.length);
    return false;
  }

  #openHeaders(): true {
    this.#state = "headers";
    this.#headers = new Map();
    this.#headerBytes = 0;
    return true;
  }

  #openBody(): true {
    const declared = this.#headers.get("content-length");
    this.#length = declared !== undefined && /^[0-9]{1,15}$/.test(declared) ? Number(declared) : undefined;
    this.#jpegEnd = new JpegEnd();
    this.#searched = 0;
    this.#state = "body";
    if (this.#length !== undefined && this.#length > this.#limits.maxPartBytes) return this.#refuse();
    this.#buffer.openBody(this.#length);
    return true;
  }

  /** How much of a chunk to look at next. */
  #sliceBytes(): number {
    if (this.#state !== "body") return HEADER_SLICE_BYTES;
    const left = (this.#length ?? 0) - this.bufferedBytes;
    return left > 0 ? left : BODY_SLICE_BYTES;
  }

  #finish(size: number, parts: MultipartPart[]): true {
    if (size > this.#limits.maxPartBytes) return this.#refuse();
    if (size > 0)
      parts.push({ headers: this.#headers.size > 0 ? this.#headers : nothing, body: this.#buffer.giveOut(size) });
    this.#headers = new Map();
    this.#state = "between";
    return true;
  }

  #refuse(): true {
    this.oversized++;
    this.#headers = new Map();
    this.#state = "between";
    return true;
  }

  #line(data: Uint8Array): { readonly text: string; readonly bytes: number } | "too-long" | undefined {
    const { maxHeaderBytes } = this.#limits;
    const end = data.indexOf(LF);
    if (end < 0 || end >= maxHeaderBytes) return data.length > maxHeaderBytes ? "too-long" : undefined;
    const text = latin1.decode(data.subarray(0, data[end - 1] === CR ? end - 1 : end));
    return { text, bytes: end + 1 };
  }

  #skip(bytes: number): true {
    this.#buffer.skip(bytes);
    return true;
  }
}

/** The `boundary` parameter of a content type, as it stands there. */
export function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.){0,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return found ? (found[1]?.replace(/\\(.)/g, "$1") ?? found[2]) : undefined;
}

function endsJpeg(bytes: Uint8Array): boolean {
  return bytes[bytes.length - 2] === 0xff && bytes[bytes.length - 1] === 0xd9;
}

function withoutNewline(data: Uint8Array, end: number): number {
  const bare = end > 0 && data[end - 1] === LF ? end - 1 : end;
  return bare > 0 && bare < end && data[bare - 1] === CR ? bare - 1 : bare;
}

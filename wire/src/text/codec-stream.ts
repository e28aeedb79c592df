import { applyMessage, type DecodedFrame } from "./codec.ts";
import { TextCodecError } from "./codec-error.ts";
import { MAX_BODY_BYTES, parseMessage } from "./codec-header.ts";

/** Messages that may wait for their turn: two seconds at 60 fps. A server that waits for acks never gets there. */
const MAX_WAITING = 120;

/**
 * Decodes with the `DecompressionStream` of browsers (and Node). Inflating is asynchronous, deltas are not
 * interchangeable: messages are inflated and applied strictly one after the other, whatever takes how long.
 */
export class StreamFrameDecoder {
  #last: DecodedFrame | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** The last good frame. */
  get last(): DecodedFrame | undefined {
    return this.#last;
  }

  /** Promises settle in the order of the calls; they reject with {@link TextCodecError} and nothing else. */
  decode(message: Uint8Array): Promise<DecodedFrame> {
    if (this.#waiting >= MAX_WAITING) {
      return Promise.reject(new TextCodecError("overrun", `${this.#waiting} messages wait to be decoded`));
    }
    this.#waiting++;
    const result = this.#turn.then(() => this.#decodeNow(message));
    this.#turn = result.then(
      () => this.#waiting--,
      () => this.#waiting--,
    );
    return result;
  }

  async #decodeNow(message: Uint8Array): Promise<DecodedFrame> {
    const { header, body } = parseMessage(message);
    this.#last = applyMessage(header, header.deflated ? await inflateRaw(body) : body, this.#last);
    return this.#last;
  }
}

/** Inflates raw deflate up to {@link MAX_BODY_BYTES}; rejects with {@link TextCodecError}. */
async function inflateRaw(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // Both promises also reject when the bytes are bad; the reader below reports that.
  writer.write(new Uint8Array(bytes)).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > MAX_BODY_BYTES)
        throw new TextCodecError("too-large", `the body inflates beyond ${MAX_BODY_BYTES} bytes`);
      chunks.push(part.value);
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    if (cause instanceof TextCodecError) throw cause;
    throw new TextCodecError("malformed", "the body does not inflate", { cause });
  }
  const inflated = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    inflated.set(chunk, at);
    at += chunk.length;
  }
  return inflated;
}

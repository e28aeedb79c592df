import { encodeDeltaBody, encodeKeyBody } from "@lightwell/wire/text/codec-encode.ts";
import { packMessage } from "@lightwell/wire/text/codec-header.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";

/** Smaller bodies are not worth the trip through a compression stream. */
const SMALL_BYTES = 128;

/** Writes the frames of one connection as binary messages, each building on the one before. One call at a time. */
export class FrameEncoder {
  #seq = 0;
  #base: TextGrid | undefined;

  /** The next message stands alone: the hub does not hold what was sent. */
  restart(): void {
    this.#base = undefined;
  }

  async encode(grid: TextGrid): Promise<Uint8Array<ArrayBuffer>> {
    const base = this.#base;
    const baseSeq = this.#seq;
    const seq = (this.#seq = (this.#seq + 1) >>> 0);
    this.#base = grid;
    const delta = base && encodeDeltaBody(grid, base);
    const body = delta?.body ?? encodeKeyBody(grid);
    const deflated = body.length < SMALL_BYTES ? body : await deflateRaw(body);
    const packed = deflated.length < body.length;
    const header = delta ? { type: delta.type, seq, baseSeq } : { type: "K" as const, seq };
    return new Uint8Array(packMessage({ ...header, deflated: packed }, packed ? deflated : body));
  }
}

async function deflateRaw(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

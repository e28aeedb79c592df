interface Sent {
  readonly seq: number;
  readonly bytes: number;
  readonly atMs: number;
}

/** What an acknowledgement says. */
export interface Arrival {
  /** Bytes that are known to have arrived now. */
  readonly bytes: number;
  /** From sending the frame that was acknowledged to hearing of it. */
  readonly delayMs: number;
  /** Since the acknowledgement before, or since sending began again. */
  readonly sinceMs: number;
}

/** The frames under way to one viewer: sent and not acknowledged. */
export class Flight {
  readonly #sent: Sent[] = [];
  #bytes = 0;
  #heardAt = 0;

  get frames(): number {
    return this.#sent.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  sent(seq: number, bytes: number, nowMs: number): void {
    if (this.#sent.length === 0) this.#heardAt = nowMs;
    this.#sent.push({ seq, bytes, atMs: nowMs });
    this.#bytes += bytes;
  }

  /** The viewer has this frame, and so all before it. Undefined when it is not under way. */
  ack(seq: number, nowMs: number): Arrival | undefined {
    const at = this.#sent.findLastIndex((sent) => sent.seq === seq);
    const acked = this.#sent[at];
    if (!acked) return undefined;
    let arrived = 0;
    for (const { bytes } of this.#sent.splice(0, at + 1)) arrived += bytes;
    this.#bytes -= arrived;
    const sinceMs = nowMs - this.#heardAt;
    this.#heardAt = nowMs;
    return { bytes: arrived, delayMs: nowMs - acked.atMs, sinceMs };
  }

  /** For how long the viewer has owed an acknowledgement and given none. */
  silentMs(nowMs: number): number {
    return this.#sent.length === 0 ? 0 : nowMs - this.#heardAt;
  }
}

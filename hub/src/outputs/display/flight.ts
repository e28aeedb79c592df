interface Sent {
  readonly seq: number;
  readonly bytes: number;
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
    this.#sent.push({ seq, bytes });
    this.#bytes += bytes;
  }

  /** The viewer has this frame, and so all before it. False when it is not under way. */
  ack(seq: number, nowMs: number): boolean {
    const at = this.#sent.findLastIndex((sent) => sent.seq === seq);
    if (at < 0) return false;
    for (const { bytes } of this.#sent.splice(0, at + 1)) this.#bytes -= bytes;
    this.#heardAt = nowMs;
    return true;
  }

  /** For how long the viewer has owed an acknowledgement and given none. */
  silentMs(nowMs: number): number {
    return this.#sent.length === 0 ? 0 : nowMs - this.#heardAt;
  }
}

interface Asked {
  readonly t: number;
  readonly at: number;
  problem: string | undefined;
  readonly answer: ((problem: string | undefined) => void) | undefined;
}

/**
 * Which complaint belongs to which command. The hub takes messages in their order, so each command is followed by a
 * ping: what it complains of before the pong, it complains of that command.
 */
export class Answers {
  readonly #asked: Asked[] = [];
  #last = 0;

  /** A ping is said now, after a command whose answer is wanted, or just so. Returns its `t`. */
  ask(at: number, answer?: (problem: string | undefined) => void): number {
    const t = ++this.#last;
    this.#asked.push({ t, at, answer, problem: undefined });
    return t;
  }

  complaint(message: string): void {
    const [first] = this.#asked;
    if (first) first.problem ??= message;
  }

  /** Returns how long the answer took, in ms; undefined for one that nobody asked for. */
  pong(t: number, now: number): number | undefined {
    const index = this.#asked.findIndex((asked) => asked.t === t);
    if (index < 0) return undefined;
    const done = this.#asked.splice(0, index + 1);
    for (const { answer, problem } of done) answer?.(problem);
    return now - (done.at(-1)?.at ?? now);
  }

  /** The connection is gone: whatever waits gets this answer. */
  end(problem: string): void {
    for (const { answer } of this.#asked.splice(0)) answer?.(problem);
  }
}

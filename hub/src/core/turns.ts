/** Does one thing after the other, also when one of them has to be waited for. */
export class Turns {
  #held: Array<() => void> | undefined;

  /** Now, or behind what is waited for. */
  take(run: () => void): void {
    if (this.#held) this.#held.push(run);
    else run();
  }

  /** When `ready` has resolved, and before all that is taken meanwhile; at once when there is nothing to wait for. */
  takeAfter(ready: Promise<void> | undefined, run: () => void): void {
    if (!ready) {
      run();
      return;
    }
    this.#held = [run];
    void ready.then(() => this.#goOn());
  }

  #goOn(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const next of held) this.take(next);
  }
}

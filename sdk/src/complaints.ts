/** Puts on the console what nobody listens to, so that a first program's author is not left in the dark. */
export class Complaints {
  #last: string | undefined;

  /** What was said, or heard by a listener, is not said again until something else happens. */
  say(text: string, heard: boolean): void {
    if (!heard && text !== this.#last) console.warn(text);
    this.#last = text;
  }

  /** All is well again. */
  forget(): void {
    this.#last = undefined;
  }
}

import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { spokenRow } from "./plain-text.ts";

/** Text that never rests, as a ticker's, is told anew after this many looks. */
const RESTLESS_LOOKS = 8;

/**
 * The rows of a moving picture as a screen reader should hear them: a row is told when it was the same at two looks in
 * a row, and one that never is only now and then.
 */
export class SpokenRows {
  #told: readonly string[] = [];
  #seen: readonly string[] = [];
  #restless: number[] = [];

  /** The rows to show now; the same array as before when none has changed. */
  look(grid: TextGrid): readonly string[] {
    const seen = Array.from({ length: grid.rows }, (_, row) => spokenRow(grid, row));
    const told = seen.map((text, row) => {
      const before = this.#told[row] ?? "";
      const looks = text === before ? 0 : (this.#restless[row] ?? 0) + 1;
      const tell = text === this.#seen[row] || looks >= RESTLESS_LOOKS || this.#seen.length !== seen.length;
      this.#restless[row] = tell ? 0 : looks;
      return tell ? text : before;
    });
    this.#restless.length = seen.length;
    this.#seen = seen;
    if (told.length !== this.#told.length || told.some((text, row) => text !== this.#told[row])) this.#told = told;
    return this.#told;
  }
}

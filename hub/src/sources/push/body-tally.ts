import { HubError } from "#contract/errors.ts";
import type { Clock } from "#core/clock.ts";
import { Bucket } from "./bucket.ts";
import type { Tallies } from "./tallies.ts";

/** What came of a body of many pictures. */
export interface UploadCount {
  readonly accepted: number;
  readonly refused: number;
}

/** Counts what comes of the pictures of one body, and loses patience with one that brings nothing but rubbish. */
export class BodyTally {
  accepted = 0;
  refused = 0;
  /** Of the last frame that was published. */
  lastSeq = 0;
  firstRefusal: unknown;
  readonly #clock: Clock;
  readonly #tallies: Tallies;
  readonly #patience = new Bucket(100, 1000);
  #fault: unknown;

  constructor(clock: Clock, tallies: Tallies) {
    this.#clock = clock;
    this.#tallies = tallies;
  }

  /** How many there were. */
  get pictures(): number {
    return this.accepted + this.refused;
  }

  get count(): UploadCount {
    return { accepted: this.accepted, refused: this.refused };
  }

  /** Note what comes of one; true once it is published. Never rejects. */
  of(pushed: Promise<number>): Promise<boolean> {
    return pushed.then(
      (seq) => {
        this.accepted++;
        this.lastSeq = seq;
        return true;
      },
      (error: unknown) => {
        this.refuse(error);
        return false;
      },
    );
  }

  refuse(error: unknown): void {
    this.refused++;
    this.firstRefusal ??= error;
    if (!(error instanceof HubError)) this.#fault = error;
    if (this.#patience.take(this.#clock.monotonic())) return;
    this.#fault ??= new HubError("too-many-requests", "too many parts that are no pictures");
  }

  /** @throws {HubError} when there was too much rubbish; whatever else went wrong, which is a defect. */
  check(): void {
    if (!this.#fault) return;
    if (this.#fault instanceof HubError) this.#tallies.abused();
    throw this.#fault;
  }
}

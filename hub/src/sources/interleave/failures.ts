import { messageOf } from "#contract/errors.ts";

/** Failed indices that are kept, the newest. */
const KEPT = 100;
/** A picture that failed may have been in the middle of being copied: try again after this long. */
const RETRY_MS = 10_000;

/** The pictures that could not be loaded. */
export class Failures {
  /** Loads that failed since the start. */
  count = 0;
  lastError: string | null = null;
  #indices: number[] = [];
  readonly #retryAt = new Map<string, number>();

  /** Different indices, the newest last. */
  get indices(): readonly number[] {
    return this.#indices;
  }

  /** `key` names the files of a slot; `nowMs` is monotonic. */
  note(key: string, index: number, error: unknown, nowMs: number): void {
    this.count++;
    this.lastError = messageOf(error).slice(0, 500);
    this.#indices = [...this.#indices.filter((one) => one !== index), index].slice(-KEPT);
    this.#retryAt.set(key, nowMs + RETRY_MS);
    if (this.#retryAt.size > KEPT * 10) this.#retryAt.clear();
  }

  /** True while the files are known to be broken. */
  isKnown(key: string, nowMs: number): boolean {
    const retryAt = this.#retryAt.get(key);
    if (retryAt === undefined) return false;
    if (nowMs < retryAt) return true;
    this.#retryAt.delete(key);
    return false;
  }

  /** The files may have changed: try every one again. */
  forget(): void {
    this.#retryAt.clear();
  }
}

import type { Collection, Store } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";

/** More names are not remembered from one run to the next; those that were seen last stay. */
const MOST_NAMES = 200;

interface Known {
  /** Of producer: the module that takes its pictures. */
  readonly kind: string;
  /** ms since the epoch. */
  readonly seenAt: number;
}

/** Names of channels that producers had, over restarts. */
export class KnownNames {
  readonly #kept: Collection<Known>;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#kept = store.collection("known-channels");
    this.#clock = clock;
  }

  /** Every name that is remembered, those seen last first; what is beyond the most is forgotten. */
  async load(): Promise<Array<{ readonly name: string; readonly kind: string }>> {
    const all = (await this.#kept.list()).sort((a, b) => b.value.seenAt - a.value.seenAt);
    for (const { id } of all.splice(MOST_NAMES)) await this.#kept.delete(id);
    return all.map(({ id, value: { kind } }) => ({ name: id, kind }));
  }

  async add(name: string, kind: string): Promise<void> {
    await this.#kept.put(name, { kind, seenAt: this.#clock.now() });
  }

  async delete(name: string): Promise<void> {
    await this.#kept.delete(name);
  }
}

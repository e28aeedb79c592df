import { LeftOut, type Errand } from "#core/errand.ts";

/**
 * A result that several ask for. It is worked on once, on the account of all who want it when its turn comes, and left out
 * when none of them does any more; those who ask after that have it begun anew.
 */
export class SharedWork<T> {
  readonly #make: (errand: Errand) => Promise<T>;
  readonly #wanted = new Set<Errand>();
  #result: Promise<T> | undefined;
  #controller = new AbortController();

  constructor(make: (errand: Errand) => Promise<T>) {
    this.#make = make;
  }

  /** @throws {LeftOut} by rejection */
  ask(errand: Errand): Promise<T> {
    if (errand.signal?.aborted) return Promise.reject(new LeftOut());
    this.#wanted.add(errand);
    errand.signal?.addEventListener("abort", () => this.#leave(errand), { once: true });
    if (this.#result && !this.#controller.signal.aborted) return this.#result;
    return (this.#result = this.#begin(errand));
  }

  #leave(errand: Errand): void {
    if (this.#wanted.delete(errand) && this.#wanted.size === 0) this.#controller.abort();
  }

  #begin({ of }: Errand): Promise<T> {
    const controller = (this.#controller = new AbortController());
    const wanted = this.#wanted;
    const clients = function* () {
      for (const one of wanted) yield* one.clients();
    };
    const made = this.#make({ of, clients, signal: controller.signal });
    // Done: whoever leaves from here on leaves nothing behind.
    made.finally(() => (this.#controller === controller ? this.#wanted.clear() : undefined)).catch(() => undefined);
    return made;
  }
}

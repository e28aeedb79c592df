/** Ends what a call of `on` began. */
export type Unsubscribe = () => void;

/** Events by name, each with its payload. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  /** Call `listener` with each event of this name, until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): Unsubscribe {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** False when nobody listens. */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): boolean {
    const listeners = this.#listeners.get(name);
    if (!listeners || listeners.size === 0) return false;
    for (const listener of [...listeners]) call(listener as (payload: Events[Name]) => void, payload);
    return true;
  }
}

/** An exception of a listener is its program's to see; the connection that told it goes on. */
function call<Payload>(listener: (payload: Payload) => void, payload: Payload): void {
  try {
    listener(payload);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

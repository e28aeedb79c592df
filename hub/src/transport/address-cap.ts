import type { Server, Socket } from "node:net";
import { isLoopback } from "./address.ts";
import { descriptors } from "./descriptor-budget.ts";
import { subscriberOf } from "./peer-address.ts";

/** Bounds how many connections one address may have open on a listener, so that nobody takes all places of it. */
export class AddressCap {
  readonly #max: number;
  readonly #isExempt: (address: string) => boolean;
  readonly #forOperators: boolean;
  readonly #open = new Map<string, number>();

  /**
   * `isExempt`: addresses without a bound, by default those of this machine, where proxies are. `forOperators`: the listener
   * is for them, who are let in when others are not any more.
   */
  constructor(
    max: number,
    {
      isExempt = isLoopback,
      forOperators = false,
    }: { readonly isExempt?: (address: string) => boolean; readonly forOperators?: boolean } = {},
  ) {
    this.#max = max;
    this.#isExempt = isExempt;
    this.#forOperators = forOperators;
  }

  /** End at once what a server accepts beyond the bound; `onRefused` hears of each. */
  guard(server: Server, onRefused: () => void = () => undefined): void {
    server.on("connection", (socket) => {
      if (this.admit(socket)) return;
      onRefused();
      socket.destroy();
    });
  }

  /**
   * Count a new connection until it closes. False: its address or the process has too many, and this one has to go.
   */
  admit(socket: Socket): boolean {
    if (!descriptors.admit(socket, { operator: this.#forOperators })) return false;
    const address = socket.remoteAddress;
    if (address === undefined || this.#isExempt(address)) return true;
    const key = subscriberOf(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.#max) return false;
    this.#open.set(key, open + 1);
    socket.once("close", () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    });
    return true;
  }
}

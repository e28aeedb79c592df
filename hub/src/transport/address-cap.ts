import type { Server, Socket } from "node:net";
import { isLoopback } from "./address.ts";
import { descriptors } from "./descriptor-budget.ts";
import { sayFull } from "./full-reply.ts";
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

  /**
   * End what an HTTP server accepts beyond the bound; `onRefused` hears of each. Who comes when the process has no room
   * is told so: it is not his doing.
   */
  guard(server: Server, onRefused: () => void = () => undefined): void {
    server.on("connection", (socket) => {
      const why = this.#refusal(socket);
      if (!why) return;
      onRefused();
      if (why === "full") sayFull(socket);
      else socket.destroy();
    });
  }

  /**
   * Count a new connection until it closes. False: its address or the process has too many, and this one has to go.
   */
  admit(socket: Socket): boolean {
    return this.#refusal(socket) === undefined;
  }

  #refusal(socket: Socket): "full" | "crowded" | undefined {
    if (!descriptors.admit(socket, { operator: this.#forOperators })) return "full";
    const address = socket.remoteAddress;
    if (address === undefined || this.#isExempt(address)) return undefined;
    const key = subscriberOf(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.#max) return "crowded";
    this.#open.set(key, open + 1);
    socket.once("close", () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    });
    return undefined;
  }
}

/** What the sdk itself says beside the hub's codes. */
export type OwnCode = "unreachable" | "timeout" | "closed" | "bad-reply";

/** Codes that another attempt with the same token and channel cannot change. */
const FINAL = new Set(["forbidden", "unauthorized", "version"]);

const REMEDIES: Readonly<Record<string, string>> = {
  forbidden:
    "pass a token that may: connect(url, { token }); `./lightwell token create` makes one, in the folder of the hub",
  unauthorized: "pass a token: connect(url, { token }); `./lightwell token create` makes one, in the folder of the hub",
  version: "use the sdk that came with the hub",
  full: "the hub says how many it takes in display.maxViewers, display.maxProducers and push.maxConnections",
  unknown_channel: "publish into it first, look at the hub's list of channels, or pass a token that may watch it",
  too_large: "send fewer cells, or raise display.producerCells",
  "too-large": "send smaller pictures, or raise push.maxBytes",
};

/**
 * What the hub did not take, or why there is no connection; its message says what to do.
 *
 * @example
 * import { connect, HubRefusal } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080");
 * try {
 *   await hub.command("no-such-channel", { action: "reset" });
 * } catch (error) {
 *   if (error instanceof HubRefusal) console.log(error.code, error.final); // unknown_channel false
 * }
 */
export class HubRefusal extends Error {
  /** For programs: a code of the hub, or `unreachable`, `timeout`, `closed`, `bad-reply`. */
  readonly code: string;
  /** True when trying again as before is of no use: the sdk then stops. */
  readonly final: boolean;

  /** @param subject what was refused: `channel "clock"` */
  constructor(
    subject: string,
    { code, reason, final = FINAL.has(code) }: { code: OwnCode | (string & {}); reason: string; final?: boolean },
    options?: ErrorOptions,
  ) {
    const remedy = REMEDIES[code];
    super(`${subject}: ${reason}${remedy === undefined ? "" : ` (${remedy})`}`, options);
    this.name = "HubRefusal";
    this.code = code;
    this.final = final;
  }
}

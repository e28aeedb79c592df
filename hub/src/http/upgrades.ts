import { HubError } from "#contract/errors.ts";
import type { Surface, UpgradeHandler } from "#contract/services.ts";

interface Entry {
  readonly surface: Surface;
  readonly handler: UpgradeHandler;
}

/** Which WebSocket paths are served, and by whom. */
export class Upgrades {
  readonly #exact = new Map<string, Entry>();
  readonly #below = new Map<string, Entry>();

  add(surface: Surface, path: string, handler: UpgradeHandler): void {
    const [map, key] = path.endsWith("/*") ? [this.#below, path.slice(0, -1)] : [this.#exact, path];
    if (map.has(key)) throw new HubError("conflict", `two modules serve WebSockets at ${path}`);
    map.set(key, { surface, handler });
  }

  /** The entry for a request's path; the longest prefix wins. Undefined: nobody serves it here. */
  find(listener: "public" | "admin", url: string): Entry | undefined {
    const path = url.split("?", 1)[0] ?? "";
    let found = this.#exact.get(path);
    let longest = -1;
    if (!found) {
      for (const [prefix, entry] of this.#below) {
        if (path.startsWith(prefix) && prefix.length > longest) [found, longest] = [entry, prefix.length];
      }
    }
    return found && (listener === "admin" || found.surface === "watch") ? found : undefined;
  }
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { createToken, deleteToken, listTokens } from "#access/tokens.ts";
import { HubError } from "#contract/errors.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import { systemClock } from "#core/clock.ts";
import { startHub } from "../hub.ts";
import { LogBook } from "../log-book.ts";
import type { Command } from "./arguments.ts";
import { programName } from "./home.ts";
import { readConfig } from "./settings.ts";

type TokenCommand = Extract<Command, { name: "token" }>;

/**
 * Make, list or revoke tokens in the store, beside a hub that runs or without one. Returns the text to print. Only a new
 * token makes a store where there is none.
 */
export async function tokenCommand(
  modules: readonly ModuleDefinition[],
  { action, settings, id, wish }: TokenCommand,
): Promise<string> {
  const config = readConfig(modules, settings);
  const { dataDir } = config.hub;
  const program = programName();
  const none = `there are no tokens in ${dataDir} yet: ${program} token create --role admin\n`;
  const unknown = new HubError("not-found", `there is no token ${id} in ${dataDir}; see ${program} token list`);
  if (action !== "create" && !existsSync(join(dataDir, "store"))) {
    if (action === "revoke") throw unknown;
    return none;
  }
  const storeOnly = modules.filter((module) => module.name === "store");
  const hub = await startHub(storeOnly, config, { logBook: new LogBook("error", "text") });
  try {
    const store = hub.service("store");
    if (!store) throw new HubError("internal", "the store did not start");
    switch (action) {
      case "create": {
        const { token, secret } = await createToken(store, systemClock, wish);
        return [
          secret,
          "",
          `This ${token.role} token is shown only now. It is kept in ${dataDir}: the hub that uses this folder takes it.`,
          `Revoke it with: ${program} token revoke ${token.id}`,
          "",
        ].join("\n");
      }
      case "list": {
        const rows = (await listTokens(store)).map(({ id, role, name, channels, createdAt }) =>
          [
            id,
            role.padEnd(8),
            new Date(createdAt).toISOString().slice(0, 16),
            channels?.join(",") ?? "all channels",
            name,
          ].join("  "),
        );
        return rows.length > 0 ? `${rows.join("\n")}\n\nkept in ${dataDir}\n` : none;
      }
      case "revoke":
        if (!(await deleteToken(store, id))) throw unknown;
        return `revoked in ${dataDir}; a running hub takes notice within seconds\n`;
    }
  } finally {
    await hub.close();
  }
}

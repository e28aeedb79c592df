import { createToken, deleteToken, listTokens } from "#access/tokens.ts";
import { HubError } from "#contract/errors.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import { systemClock } from "#core/clock.ts";
import { startHub } from "../hub.ts";
import { LogBook } from "../log-book.ts";
import type { Command } from "./arguments.ts";
import { readConfig } from "./settings.ts";

type TokenCommand = Extract<Command, { name: "token" }>;

/** Make, list or revoke tokens in the store, beside a hub that runs or without one. Returns the text to print. */
export async function tokenCommand(
  modules: readonly ModuleDefinition[],
  { action, settings, id, wish }: TokenCommand,
): Promise<string> {
  const config = readConfig(modules, settings);
  const storeOnly = modules.filter((module) => module.name === "store");
  const hub = await startHub(storeOnly, config, { logBook: new LogBook("error", "text") });
  try {
    const store = hub.service("store");
    if (!store) throw new HubError("internal", "the store did not start");
    switch (action) {
      case "create": {
        const { token, secret } = await createToken(store, systemClock, wish);
        return `${secret}\n\nThis ${token.role} token is shown only now; revoke it with: lightwell token revoke ${token.id}\n`;
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
        return rows.length > 0
          ? `${rows.join("\n")}\n`
          : "there are no tokens yet: lightwell token create --role admin\n";
      }
      case "revoke":
        if (!(await deleteToken(store, id)))
          throw new HubError("not-found", `there is no token ${id}; see lightwell token list`);
        return "revoked; a running hub takes notice within seconds\n";
    }
  } finally {
    await hub.close();
  }
}

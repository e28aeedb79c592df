import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ModuleDefinition } from "../hub/src/contract/module.ts";
import { bootHub } from "../hub/src/testing/boot.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Inside the hub, so that its imports by `#` hold; ignored by git and by every check. */
const folder = join(root, "hub", ".cache", `contributing-${process.pid}`);

beforeAll(() => {
  const code = /```ts\n([^]*?)\n *```/.exec(readFileSync(join(root, "CONTRIBUTING.md"), "utf8"))?.[1];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "module.ts"), code ?? "");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it("the module that CONTRIBUTING.md adds does what the page says", async () => {
  const { default: module } = (await import(pathToFileURL(join(folder, "module.ts")).href)) as {
    default: ModuleDefinition;
  };
  const port = await freePort();
  const hub = await bootHub([module], {
    "roll-call.port": port,
    "channels.named": { bedroom: { visibility: "private" } },
  });
  hub.channels.open("garden");
  hub.channels.open("bedroom");
  expect(await text(connect(port, "127.0.0.1"))).toBe("garden\n");
});

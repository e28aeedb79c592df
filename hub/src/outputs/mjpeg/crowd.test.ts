import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../../testing/wait.ts";
import { MjpegClient } from "./client.fixture.ts";
import type { Holdings } from "./crowded-hub.fixture.ts";

const program = fileURLToPath(new URL("crowded-hub.fixture.ts", import.meta.url));

/** A hub that is all of its process. */
async function start() {
  // With little room for young objects, what the process holds does not depend on when it last collected them.
  const hub = fork(program, { execArgv: ["--expose-gc", "--max-semi-space-size=1"] });
  onTestFinished(() => void hub.kill("SIGKILL"));
  const [url] = (await once(hub, "message")) as [string];
  const ask = async () => {
    hub.send("what do you hold?");
    return ((await once(hub, "message")) as [Holdings])[0];
  };
  /** What it holds when nobody watches any more. */
  const holdings = () =>
    until("an empty channel", async () => {
      const held = await ask();
      return held.viewers === 0 && held.renditions === 0 ? held : undefined;
    });
  /** This many viewers see the stream begin and leave, half of them rudely, a hundred at a time. */
  const comeAndGo = async (count: number) => {
    for (let left = count; left > 0; left -= 100) {
      // Garbage that piles up makes the process larger for good.
      if (left % 500 === 0) await ask();
      const clients = Array.from({ length: 100 }, () => new MjpegClient(`${url}/video_feed/cam`));
      for (const head of await Promise.all(clients.map((client) => client.head)))
        expect(head).toMatch(/^HTTP\/1\.1 200/);
      for (const [i, client] of clients.entries()) {
        if (i % 2 === 0) client.reset();
        else client.socket.destroy();
      }
      await Promise.all(clients.map((client) => client.closed));
    }
  };
  const stats = async () => (await (await fetch(`${url}/stats`)).json()) as Record<string, unknown>;
  return { holdings, comeAndGo, stats };
}

it("10,000 viewers that come and go leave no viewer, descriptor, timer or memory behind", async () => {
  const { holdings, comeAndGo, stats } = await start();
  await comeAndGo(2000);
  const before = await holdings();
  await comeAndGo(8000);
  const after = await until("the descriptors of before", async () => {
    const held = await holdings();
    return held.descriptors <= before.descriptors + 5 ? held : undefined;
  });
  expect(await stats()).toMatchObject({ current: 0 });
  expect(after.timers).toBeLessThanOrEqual(before.timers + 5);
  // Measured: 11 bytes of heap per connection, and nothing that the system counts. 1 kB each would be 8 MB.
  expect(after.heapBytes - before.heapBytes).toBeLessThan(1_000_000);
  expect(after.residentBytes - before.residentBytes).toBeLessThan(6_000_000);
});

import access from "#access/module.ts";
import { ManualClock } from "#core/manual-clock.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { expect, it } from "vitest";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { DisplayClient } from "./client.fixture.ts";
import { numbered, numberOf, text } from "./grids.fixture.ts";
import display from "./module.ts";

async function open() {
  const clock = new ManualClock();
  const hub = await bootHub([store, access, http, display], { "display.listen": false }, { clock });
  const source = hub.channels.open("a").publisher("test");
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) clock.advance(100);
  };
  return { hub, source, pass, url: `${hub.publicUrl}/ws/display` };
}

it("a viewer that owes an acknowledgement for ten seconds is closed as slow, one that owes none stays", async () => {
  const { url, source, pass } = await open();
  source.publish(text(numbered(1)));
  const [silent, polite] = [await DisplayClient.connect(url), await DisplayClient.connect(url)];
  silent.acknowledges = false;
  for (const client of [silent, polite]) {
    client.hello();
    await client.grid();
  }
  polite.say({ type: "ping", t: 1 });
  await polite.message("pong");
  pass(9500);
  expect([silent.closed, polite.closed]).toEqual([undefined, undefined]);
  pass(1000);
  expect(await silent.message("refused")).toEqual({ type: "refused", code: "slow", reason: "no ack for 10 s" });
  expect((await silent.end()).code).toBe(1008);
  source.publish(text(numbered(2)));
  await polite.grid((grid) => numberOf(grid) === 2);
});

it("a client that says nothing gets frames after a moment, one that says hello at once never gets JSON", async () => {
  const { url, source, pass } = await open();
  source.publish(text(numbered(1)));
  const [old, modern] = [await DisplayClient.connect(url), await DisplayClient.connect(url)];
  modern.hello();
  await modern.grid();
  expect(old.heard).toEqual([]);
  pass(200);
  await old.message("frame");
  expect(modern.heard.map(({ type }) => type)).toEqual(["welcome"]);
});

it("a peer that answers no ping is gone, and a token that ended takes its viewer along", async () => {
  const { url, source, pass, hub } = await open();
  source.publish(text(numbered(1)));
  const made = await fetch(`${hub.adminUrl}/api/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ name: "guest", role: "viewer" }),
  });
  const { id, secret } = (await made.json()) as { id: string; secret: string };
  const guest = await DisplayClient.connect(url);
  guest.hello({ token: secret });
  await guest.grid();
  const dead = await DisplayClient.connect(url);
  dead.hello();
  await dead.grid();
  dead.say({ type: "ping", t: 1 });
  await dead.message("pong");
  dead.socket.pause();
  pass(15_000);
  await fetch(`${hub.adminUrl}/api/tokens/${id}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  await until("the guest answered", async () => {
    pass(15_000);
    return guest.heard.some(({ type }) => type === "refused");
  });
  expect(await guest.message("refused")).toMatchObject({ code: "forbidden" });
  await until("nobody is left", () => [...(hub.channels.get("a")?.viewers() ?? [])].length === 0);
  dead.socket.resume();
  expect((await dead.end()).code).not.toBe(1000);
});

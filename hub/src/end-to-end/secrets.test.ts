import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { modules } from "../modules.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../testing/boot.ts";
import { until } from "../testing/wait.ts";

const boot = (settings: Record<string, unknown> = {}) => {
  const ports = modules.flatMap(({ name, options }) =>
    Object.keys("shape" in options ? (options.shape as object) : {})
      .filter((key) => /^(port|pagePort)$/.test(key))
      .map((key) => [`${name}.${key}`, 0] as const),
  );
  return bootHub(
    modules,
    { ...Object.fromEntries(ports), "hub.logLevel": "debug", ...settings },
    { logFormat: "text" },
  );
};

const picture = Uint8Array.from(
  await sharp({ create: { width: 64, height: 48, channels: 3, background: "#345" } })
    .jpeg()
    .toBuffer(),
);

/** Use a secret in every way in which one can be given; connections stay open, so that lists have them. */
async function useEverywhere(hub: TestHub, secret: string): Promise<void> {
  const signal = new AbortController();
  onTestFinished(() => signal.abort());
  for (const path of [
    "/video_feed/scene",
    "/snapshot/scene",
    "/stats",
    "/api/channels",
    "/api/session",
    "/login",
    "/no",
  ])
    await fetch(`${hub.publicUrl}${path}?token=${secret}&id=x`, { redirect: "manual", signal: signal.signal });
  await fetch(`${hub.publicUrl}/ingest/cam?token=${secret}`, { method: "PUT", body: picture });
  await fetch(`${hub.publicUrl}/%zz?token=${secret}`);
  await fetch(`${hub.publicUrl}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: secret }),
  });
  for (const path of ["/ws/live", "/ws/display", "/ascii_ws/scene", "/ws", "/ws/none"]) {
    const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}${path}?token=${secret}&channel=cam`);
    onTestFinished(() => ws.terminate());
    ws.on("error", () => undefined);
    await Promise.race([once(ws, "open"), once(ws, "unexpected-response")]);
  }
  const port = Number(/telnet\] terminals welcome.* port=(\d+)/.exec(hub.service("report")?.tail() ?? "")?.[1]);
  const terminal = connect(port, "127.0.0.1");
  onTestFinished(() => void terminal.destroy());
  let said = "";
  terminal.on("data", (bytes: Buffer) => (said += bytes.toString("latin1")));
  terminal.write(`token ${secret}\n`);
  await until("the terminal's answer", () => said.length > 0);
}

it("a token is in no log, list, figure, file or line of output, however it was given", async () => {
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const hub = await boot();
  const wrong = "lw_this-token-is-wrong-but-nobody-may-read-it-either";
  await useEverywhere(hub, wrong);
  await useEverywhere(hub, ADMIN_TOKEN);

  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  await until("the viewers to be listed", async () => {
    const listed = await (await fetch(`${hub.adminUrl}/api/viewers`, { headers })).text();
    return listed.includes("telnet-") && listed.includes("ascii-web-");
  });
  const shown: Record<string, string> = { printed };
  for (const path of ["data", "log", "metrics", "api/log?level=debug", "api/viewers", "api/channels", "api/settings"])
    shown[path] = await (await fetch(`${hub.adminUrl}/${path}`, { headers })).text();
  const events = (await fetch(`${hub.adminUrl}/api/events`, { headers })).body?.getReader();
  shown["api/events"] = new TextDecoder().decode((await events?.read())?.value);
  await events?.cancel();
  for (const file of readdirSync(hub.dataDir, { recursive: true, withFileTypes: true }))
    if (file.isFile()) shown[`file ${file.name}`] = readFileSync(join(file.parentPath, file.name)).toString("latin1");

  expect(shown["api/viewers"]).toContain("telnet-");
  expect(shown["printed"]).toContain("terminals welcome");
  for (const [place, text] of Object.entries(shown))
    for (const secret of [wrong, ADMIN_TOKEN]) expect(text.includes(secret), `in ${place}`).toBe(false);
});

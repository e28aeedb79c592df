import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { plainPicture } from "#picture/testing.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { modules } from "../modules.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../testing/boot.ts";

/** As long as one another, so that a length tells nothing either. */
const PRIVATE = "secret";
const UNKNOWN = "absent";

const PORTS = ["telnet.port", "telnet.rawPort", "stats.port", "ascii-web.port", "display.port", "display.pagePort"];

type Headers = Readonly<Record<string, string>>;

async function start() {
  const hub = await bootHub(modules, {
    ...Object.fromEntries(PORTS.map((name) => [name, 0])),
    "mjpeg.snapshotTimeoutMs": 0,
    "channels.named": { [PRIVATE]: { visibility: "private" } },
  });
  const picture = await plainPicture(32, 32);
  for (const name of ["open", PRIVATE]) hub.channels.open(name).publisher("test").publish(picture);
  const callers: ReadonlyArray<readonly [who: string, headers: Headers]> = [
    ["nobody", {}],
    ["a viewer of another channel", await limitedToken(hub, "viewer")],
    ["a producer of another channel", await limitedToken(hub, "producer")],
  ];
  return { hub, callers };
}

async function limitedToken(hub: TestHub, role: string): Promise<Headers> {
  const made = await fetch(`${hub.adminUrl}/api/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name: role, role, channels: ["open"] }),
  });
  return { authorization: `Bearer ${((await made.json()) as { secret: string }).secret}` };
}

/** Everything of a reply but the name that was asked for, and when. */
async function replyOf(response: IncomingMessage, name: string): Promise<string> {
  let body = "";
  for await (const part of response) body += String(part);
  const heads = response.rawHeaders.map((word, k, all) => (all[k - 1] === "Date" || all[k - 1] === "date" ? "" : word));
  return [response.statusCode, ...heads, body].join("\n").replaceAll(name, "NAME");
}

async function ask(url: string, method: string, headers: Headers, name: string): Promise<string> {
  const asked = request(url, { method, headers, agent: false }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return replyOf(response, name);
}

/** What a WebSocket is told until it ends, or until it hears `last`. */
async function hear(url: string, headers: Headers, name: string, said: object | undefined, last = ""): Promise<string> {
  const ws = new WebSocket(url, { headers });
  onTestFinished(() => ws.terminate());
  const heard: string[] = [];
  return new Promise((resolve, reject) => {
    const finish = (...more: unknown[]) => resolve([...heard, ...more.map(String)].join("\n").replaceAll(name, "NAME"));
    ws.on("error", reject);
    ws.on("unexpected-response", (_, response) => void replyOf(response, name).then(finish));
    ws.on("open", () => said && ws.send(JSON.stringify(said)));
    ws.on("message", (data, binary) => {
      if (binary) heard.push("a picture");
      else if (!String(data).startsWith('{"type":"status"')) heard.push(String(data));
      if (last && String(data).includes(last)) finish();
    });
    ws.on("close", (code, reason) => finish(code, reason));
  });
}

describe("a private channel and none", () => {
  it("get the same reply from every operation that takes a name", async () => {
    const { hub, callers } = await start();
    const reply = await fetch(`${hub.adminUrl}/api/openapi.json`);
    const { paths } = (await reply.json()) as {
      paths: Record<string, Record<string, { parameters?: Array<{ name: string; in: string }> }>>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { parameters = [] }]) => {
        const inQuery = parameters.some((parameter) => parameter.in === "query" && parameter.name === "channel");
        const targets = [
          ...(/\{(name|channel)\}/.test(path) ? [path] : []),
          ...(inQuery ? [`${path}?channel={name}`] : []),
        ];
        return targets.map((target) => [method.toUpperCase(), target] as const);
      }),
    );
    operations.push(["GET", "/watch/{name}"], ["GET", "/text/{name}"], ["HEAD", "/snapshot/{name}"]);
    expect(operations.length).toBeGreaterThan(12);
    const wrong = ["a wrong token", { authorization: "Bearer wrong" }] as const;
    for (const base of [hub.publicUrl, hub.adminUrl])
      for (const [method, target] of operations) {
        // Ten wrong tokens are taken from an address, so they are tried where a name is looked up for everybody.
        const also = base === hub.publicUrl && /^\/(video_feed|snapshot)\/|^\/api\/channels\/\{name\}$/.test(target);
        for (const [who, headers] of also && method === "GET" ? [...callers, wrong] : callers) {
          const of = (name: string) => ask(base + target.replace(/\{(name|channel)\}/, name), method, headers, name);
          const said = await of(PRIVATE);
          expect(said, `${who}: ${method} ${target}`).toBe(await of(UNKNOWN));
          expect(said).not.toMatch(/^2[\s\S]*image\//);
        }
      }
  });

  it("get the same answer on every WebSocket", async () => {
    const { hub, callers } = await start();
    const portOf = (words: RegExp) => Number(words.exec(hub.service("report")?.tail() ?? "")?.[1]);
    const ports = { ascii: portOf(/\[ascii-web\].* port=(\d+)/), display: portOf(/\[display\].* port=(\d+)/) };
    const bases = [hub.publicUrl, hub.adminUrl].map((url) => url.replace("http", "ws"));
    const doors: Array<readonly [url: string, said?: (name: string) => object, last?: string]> = [
      [`ws://127.0.0.1:${ports.ascii}/?channel=NAME`],
      [`ws://127.0.0.1:${ports.display}/?channel=NAME`],
      ...bases.flatMap((base) => [
        [`${base}/ascii_ws?channel=NAME`] as const,
        [`${base}/ws?channel=NAME`] as const,
        [`${base}/ws/display?channel=NAME`] as const,
        [
          `${base}/ws/display`,
          (channel: string) => ({ type: "hello", version: 1, accept: ["diff"], channel }),
        ] as const,
        [
          `${base}/ws/display?role=producer`,
          (channel: string) => ({ type: "hello", version: 1, accept: ["diff"], channel, role: "producer" }),
        ] as const,
        [
          `${base}/ws/live`,
          (name: string) => ({ type: "watch", channels: [{ name }, { name: "open" }], status: true }),
          '"watching"',
        ] as const,
      ]),
    ];
    for (const [url, said, last] of doors)
      for (const [who, headers] of callers) {
        const of = (name: string) => hear(url.replace("NAME", name), headers, name, said?.(name), last);
        const heard = await of(PRIVATE);
        expect(heard, `${who}: ${url}`).toBe(await of(UNKNOWN));
        expect(heard, `${who}: ${url}`).not.toContain("a picture");
      }
  });

  it("get the same line by telnet", async () => {
    const { hub } = await start();
    const port = Number(/telnet\] terminals welcome.* port=(\d+)/.exec(hub.service("report")?.tail() ?? "")?.[1]);
    const of = async (name: string) => {
      const socket = connect(port, "127.0.0.1").end(`watch ${name}\n`);
      let said = "";
      for await (const part of socket) said += String(part);
      return said.replaceAll(name, "NAME");
    };
    const said = await of(PRIVATE);
    expect(said).toContain('no channel "NAME" for you here');
    expect(said).toBe(await of(UNKNOWN));
  });
});

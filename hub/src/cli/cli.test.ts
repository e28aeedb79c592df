import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../testing/wait.ts";

const bin = fileURLToPath(new URL("../../bin/lightwell.mjs", import.meta.url));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "lightwell-cli-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The command as a user runs it, in a folder of its own. */
function start(
  args: readonly string[],
  {
    cwd = folder(),
    env = {},
    nodeOptions = [],
  }: { cwd?: string; env?: Record<string, string>; nodeOptions?: readonly string[] } = {},
) {
  // Beside the program, where data is kept unless told, is the developer's own.
  const data = { LIGHTWELL_HUB_DATA_DIR: join(cwd, "data") };
  const child = spawn(process.execPath, [...nodeOptions, bin, ...args], {
    cwd,
    env: { ...process.env, ...data, ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const seen = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (seen.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (seen.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  return { child, seen, ended };
}

async function run(args: readonly string[], options?: Parameters<typeof start>[1]) {
  const { seen, ended } = start(args, options);
  return { code: await ended, ...seen };
}

/** Any free port for every listener. */
const freePorts = [
  "http.publicPort",
  "http.adminPort",
  "display.port",
  "display.pagePort",
  "telnet.port",
  "stats.port",
  "ascii-web.port",
]
  .flatMap((path) => ["--set", `${path}=0`])
  .concat("--set", "http.publicHost=127.0.0.1");

describe("the command line", () => {
  it("explains itself", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/Usage[^]*Modes[^]*asciiweb[^]*--dir[^]*Settings/);
  });

  it.each([
    [["help", "token"], /lightwell token revoke <id>[^]*--role[^]*Examples/],
    [["watch", "--help"], /lightwell watch \[channel\][^]*--hub/],
    [["help", "web"], /lightwell \[mode\]/],
  ])("explains one command: %j", async (args, text) => {
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(out).toMatch(text);
    expect(out).not.toContain("Modes (all when none is named)");
  });

  it("tells its version", async () => {
    expect(await run(["--version"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^lightwell \d+\.\d+\.\d+\n$/),
    });
  });

  it.each([
    [["--prot", "1"], /there is no option --prot; did you mean "port"\?/],
    [["help", "tokn"], /there is no command "tokn"; did you mean "token"\?/],
    [["webb"], /there is no mode or command "webb"; did you mean "web"\?/],
    [["web", "extra"], /"extra" is one word too many/],
    [["--port", "many"], /--port takes a number from 0 to 65535/],
    [["--port-base", "-1"], /option '--port-base' argument is ambiguous|--port-base takes a number from 0 to 65535/i],
    [["config", "check", "--port-base", "64000"], /display\.port: 8765 \+ 64000 is no port/],
    [["--port", "70000"], /--port takes a number from 0 to 65535/],
    [["--set", "http"], /--set takes section\.key=value/],
    [["--set", "http.prot=1"], /http\.prot: there is no such setting/],
    [["--config", "missing.yaml"], /missing\.yaml cannot be read/],
    [["config", "chek"], /config takes check, print or docs, not "chek"/],
    [["token", "make"], /token takes create, list or revoke, not "make"/],
    [["token", "create", "--role", "king"], /there is no role "king"/],
  ])("refuses %j with one clear line", async (args, message) => {
    const { code, err } = await run([...args, ...(args[0] === "config" || args[0] === "token" ? [] : freePorts)]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /);
  });

  it("names every listener that stands in the way of another program, and one way out for all", async () => {
    const busy = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const server = createServer().listen(0, "127.0.0.1");
        await until("the other server", () => server.listening);
        onTestFinished(() => void server.close());
        return (server.address() as AddressInfo).port;
      }),
    );
    const [watch, page, telnet] = busy;
    const taken = {
      "http.publicPort": watch,
      "display.pagePort": page,
      "telnet.port": telnet,
      "telnet.host": "127.0.0.1",
      "display.host": "127.0.0.1",
    };
    const flags = Object.entries(taken).flatMap(([path, value]) => ["--set", `${path}=${value}`]);
    const { code, err } = await run([...freePorts, ...flags]);
    expect(code).toBe(1);
    expect(err).toContain(`port ${watch} is in use by another program: choose another with --port`);
    expect(err).toContain(
      `port ${page} is in use by another program: choose another with --set display.pagePort=<port>`,
    );
    expect(err).toContain(`port ${telnet} is in use by another program: choose another with --set telnet.port=<port>`);
    expect(err).toContain("--port-base 10000");
    expect(err).not.toMatch(/\n {4}at /);
  });

  it("reads the file that it is given, the environment, and hides secrets when it prints", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "lightwell.yaml"), "mjpeg:\n  maxViewers: 5\n");
    const config = ["--config", "lightwell.yaml"];
    const { code, out } = await run(["config", "print", ...config], {
      cwd,
      env: { LIGHTWELL_ACCESS_ADMIN_TOKEN: "very-secret-token-0123456789" },
    });
    expect(code).toBe(0);
    expect(out).toMatch(/mjpeg:\n(.*\n)*? {2}maxViewers: 5/);
    expect(out).not.toContain("very-secret");
    expect(await run(["config", "check", ...config], { cwd })).toMatchObject({
      code: 0,
      out: `the configuration is right; read ${join(cwd, "lightwell.yaml")}\n`,
    });
    writeFileSync(join(cwd, "lightwell.yaml"), "mjpeg:\n  maxVeiwers: 5\n");
    expect(await run(["config", "check", ...config], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining('did you mean "maxViewers"?'),
    });
  });

  it("moves every port by --port-base but those that are given", async () => {
    const local = await run(["config", "print", "--mode", "local", "--port-base", "10000"]);
    expect(local.out).toMatch(/adminPort: 18888/);
    const given = await run(["config", "print", "--set", "telnet.port=4000", "--port-base", "10000"]);
    expect(given.out).toMatch(/publicPort: 18080[^]*adminPort: 11978[^]*telnet:[^]* port: 4000/);
  });

  it("makes, lists and revokes tokens", async () => {
    const cwd = folder();
    const made = await run(["token", "create", "--role", "producer", "--name", "cam-1", "--channel", "cam"], { cwd });
    const secret = made.out.split("\n")[0] ?? "";
    expect(secret).toMatch(/^lw_/);
    const list = await run(["token", "list"], { cwd });
    expect(list.out).toMatch(/producer .* cam {2}cam-1/);
    expect(list.out).not.toContain(secret);
    const id = list.out.split(" ")[0] ?? "";
    expect(await run(["token", "revoke", id], { cwd })).toMatchObject({ code: 0 });
    expect((await run(["token", "list"], { cwd })).out).toContain(`there are no tokens in ${join(cwd, "data")} yet`);
    expect(made.out).toContain(`kept in ${join(cwd, "data")}`);
    expect(list.out).toContain(`kept in ${join(cwd, "data")}`);
  });

  it("has its data beside the program, from whatever folder it is called", async () => {
    const own = fileURLToPath(new URL("../../../", import.meta.url));
    const { LIGHTWELL_HUB_DATA_DIR: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [bin, "config", "print"], { cwd: folder(), env });
    expect(stdout).toContain(`dataDir: ${join(own, "data")}\n`);
  });

  it("makes no store for those who only look", async () => {
    const cwd = folder();
    expect(await run(["token", "list"], { cwd })).toMatchObject({ code: 0 });
    expect(await run(["token", "revoke", "0123"], { cwd })).toMatchObject({ code: 1 });
    expect(await run(["config", "print"], { cwd })).toMatchObject({ code: 0 });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("a hub that is started", () => {
  const ready = async (seen: { out: string }) => {
    const [, url = ""] = await until("the address", () => /watch +(http\S+?)\/?\n/.exec(seen.out));
    return url;
  };

  it("shows a moving picture and a link to the dashboard, and ends on SIGTERM with viewers connected, after whole pictures", async () => {
    const { child, seen, ended } = start([...freePorts]);
    const url = await ready(seen);
    expect(seen.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/login\?token=lw_/);
    const reply = await fetch(`${url}/video_feed`);
    const chunks: Buffer[] = [];
    const reading = (async () => {
      if (reply.body) for await (const chunk of reply.body) chunks.push(Buffer.from(chunk));
    })().catch(() => undefined);
    const text = () => Buffer.concat(chunks).toString("latin1");
    await until("three parts", () => text().split("Content-Type: image/jpeg").length > 3);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    await reading;
    const parts = text().split("--frame");
    for (const part of parts.slice(1, -1)) {
      const [head = "", ...body] = part.split("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
      expect(body.join("\r\n\r\n").length).toBe(length + 2);
    }
    expect(parts.length).toBeGreaterThan(3);
  });

  it("says where everything is, in addresses that work", async () => {
    const { seen } = start([...freePorts]);
    await until("all of them", () => seen.out.includes("^C ends it"));
    for (const use of ["watch", "dashboard", "text display"]) {
      const [, url = ""] = new RegExp(`  ${use} +(http\\S+)`).exec(seen.out) ?? [];
      expect((await fetch(url)).status).toBe(200);
    }
    for (const use of ["terminals", "statistics"]) {
      const [, host, port] = new RegExp(`  ${use} +telnet (\\S+) (\\d+)`).exec(seen.out) ?? [];
      const terminal = connect(Number(port), host);
      onTestFinished(() => void terminal.destroy());
      expect(await once(terminal, "data")).toHaveLength(1);
    }
    const [, ws = ""] = /ASCII WebSocket +(ws\S+)/.exec(seen.out) ?? [];
    const socket = new WebSocket(ws);
    onTestFinished(() => socket.close());
    expect((await once(socket, "message"))[0]).toMatchObject({ data: expect.stringContaining("\u001b[") });
    expect(seen.out).not.toContain("from other devices");
  });

  it("shows the admin link only at the first start", async () => {
    const cwd = folder();
    const first = start([...freePorts], { cwd });
    await ready(first.seen);
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    const second = start([...freePorts], { cwd });
    await ready(second.seen);
    expect(first.seen.out).toContain("/login?token=lw_");
    expect(second.seen.out).not.toContain("lw_");
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
  });

  it.each([
    ["in its launcher's place", []],
    ["as its launcher's child", ["--import", "data:text/javascript,process.execve = undefined"]],
  ])("ends with its launcher, also by SIGKILL: %s", async (_, nodeOptions) => {
    const { child, seen } = start([...freePorts], { nodeOptions });
    const url = await ready(seen);
    child.kill("SIGKILL");
    await until("nobody there", () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
  });
});

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../tools/programs.mjs";

/** Where the hub listens; the guide's settings name this port. */
export const HUB_PORT = 8080;

export interface Proxy {
  readonly name: string;
  readonly port: number;
  /** Undefined: none, straight to the hub. */
  readonly program?: "nginx" | "caddy";
  /** What comes in the `http` block of nginx, or the whole Caddyfile. */
  readonly settings?: string;
}

const PLAIN_NGINX = `
server {
  listen 443 ssl;
  location / {
    proxy_pass http://127.0.0.1:8080;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
  }
}`;

/** No proxy, nginx with the least that it takes, and both as the guide says; the guide's Caddy has its defaults. */
export const PROXIES: readonly Proxy[] = [
  { name: "straight to the hub", port: HUB_PORT },
  { name: "nginx, its defaults", port: 8101, program: "nginx", settings: PLAIN_NGINX },
  { name: "nginx as in the guide", port: 8102, program: "nginx", settings: blockOfGuide("nginx") },
  { name: "Caddy as in the guide", port: 8103, program: "caddy", settings: blockOfGuide("caddy") },
];

/** Why there is nothing to measure; undefined when both programs are there. */
export function whyNoProxies(): string | undefined {
  if (!findProgram("nginx")) return "there is no program nginx (Debian package: nginx-light)";
  return findProgram("caddy") ? undefined : "there is no program caddy (Debian package: caddy)";
}

/** Start a proxy in a network namespace, without TLS; gone when it is disposed of. */
export async function startProxy({ program, port, settings = "" }: Proxy, namespace: string): Promise<AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), "lightwell-proxy-"));
  const file = join(folder, "settings");
  writeFileSync(file, program === "nginx" ? nginxFile(settings, port, folder) : caddyFile(settings, port));
  const words =
    program === "nginx"
      ? ["nginx", "-p", folder, "-c", file]
      : ["caddy", "run", "--config", file, "--adapter", "caddyfile"];
  const child = spawn("ip", ["netns", "exec", namespace, ...words], {
    stdio: "ignore",
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  const ended = once(child, "exit");
  // Not asked to end: Caddy would wait for its streams, which have no end.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  await Promise.race([
    waitUntilListening(child, port),
    ended.then(() =>
      Promise.reject(new Error(`${program} does not take these settings:\n${readFileSync(file, "utf8")}`)),
    ),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      process.off("exit", kill);
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first block of this language in the guide: what is measured is what readers are told. */
function blockOfGuide(language: string): string {
  const guide = readFileSync(new URL("../../docs/guides/reverse-proxy.md", import.meta.url), "utf8");
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(guide)?.[1];
  if (!block) throw new Error(`docs/guides/reverse-proxy.md has no block of ${language}`);
  return block;
}

/** Names, certificates and logs are left out. */
function nginxFile(settings: string, port: number, folder: string): string {
  const server = settings.replace("listen 443 ssl", `listen ${port}`).replace(/^ *(ssl_\w+|access_log) .*$/gm, "");
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((of) => `${of}_temp_path ${folder}/${of};`);
  return `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors; worker_processes 1; user root;
events {}
http { access_log off; ${folders.join(" ")}
${server}
}
`;
}

function caddyFile(settings: string, port: number): string {
  const site = settings.replace("wall.example", `http://:${port}`);
  return `{\n  admin off\n  auto_https off\n}\n${site}`;
}

/** The kernel's list of the process's own namespace tells. */
async function waitUntilListening({ pid }: ChildProcess, port: number): Promise<void> {
  const listening = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F:]+ 0A `);
  const lists = ["tcp", "tcp6"].map((list) => `/proc/${pid}/net/${list}`);
  while (!lists.some((list) => existsSync(list) && listening.test(readFileSync(list, "latin1"))))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

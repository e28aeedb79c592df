// Brings a bare clone to where the given command can run, and does nothing when it is there already.
// Runs before the dependencies exist and on the machine's own Node (20 or newer): no imports but Node's.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "./programs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = process.argv[2] ?? "start";

/** Programs that a command needs, each with its Debian package. */
const programs = {
  start: {},
  dev: {},
  check: {},
  test: {
    chromium: "chromium",
    curl: "curl",
    ffmpeg: "ffmpeg",
    nc: "netcat-openbsd",
    openssl: "openssl",
    python3: "python3",
    telnet: "telnet",
    tmux: "tmux",
    // One example is in Python.
    "python3-websockets": "python3-websockets",
    // An RTSP server that packs its streams as cameras do, and no ffmpeg does.
    "/usr/lib/python3/dist-packages/gi": "python3-gi",
    "/usr/share/doc/gir1.2-gst-rtsp-server-1.0": "gir1.2-gst-rtsp-server-1.0",
    "/usr/share/doc/gstreamer1.0-plugins-ugly": "gstreamer1.0-plugins-ugly",
  },
  images: { chromium: "chromium", ffmpeg: "ffmpeg", telnet: "telnet", tmux: "tmux" },
  bench: {
    caddy: "caddy",
    cc: "gcc",
    chafa: "chafa",
    chromium: "chromium",
    ffmpeg: "ffmpeg",
    ip: "iproute2",
    jp2a: "jp2a",
    nginx: "nginx-light",
    "/usr/include/stdio.h": "libc6-dev",
  },
};

// To standard error: what the command itself prints may be read by a program.
const say = (text) => console.error(`prepare: ${text}`);

const fail = (text) => {
  console.error(`prepare: ${text}`);
  process.exit(1);
};

function run(program, args, what) {
  // On Windows npm is a script, which only a shell starts.
  const shell = process.platform === "win32";
  const result = spawnSync(program, args, { cwd: root, stdio: ["ignore", 2, 2], shell });
  if (result.status !== 0) fail(`${what} failed (${program} ${args.join(" ")}); its messages stand above`);
}

const hashOf = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

function installDependencies() {
  const stamp = join(root, "node_modules", ".lightwell-lock");
  const wanted = hashOf(join(root, "package-lock.json"));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("installing dependencies (npm ci); this takes a minute, once");
  run("npm", ["ci", "--loglevel=error"], "installing the dependencies");
  writeFileSync(stamp, wanted);
}

function newestIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let newest = 0;
  for (const name of readdirSync(path))
    if (name !== "node_modules" && name !== "dist") newest = Math.max(newest, newestIn(join(path, name)));
  return newest;
}

function buildWeb() {
  const built = statSync(join(root, "web", "dist", "index.html"), { throwIfNoEntry: false });
  const sources = ["web", "wire/src", "sdk/src", "package-lock.json"];
  if (built && built.mtimeMs >= Math.max(...sources.map((path) => newestIn(join(root, path))))) return;
  say("building the web pages");
  run("npm", ["run", "--silent", "build", "--workspace", "web"], "building the web pages");
}

function installPrograms() {
  const missing = Object.entries(programs[command] ?? {}).filter(([name]) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(", ");
  const packages = [...new Set(missing.map(([, name]) => name))];
  if (process.getuid?.() !== 0 || findProgram("apt-get") === undefined) {
    const remedy = `please install ${names} (Debian packages: ${packages.join(" ")})`;
    // Tests without their program are left out, and named at the end.
    if (command !== "test") fail(`${remedy} and start again`);
    say(`some tests are left out; for all of them ${remedy}`);
    return;
  }
  say(`installing ${packages.join(", ")} (apt-get)`);
  process.env.DEBIAN_FRONTEND = "noninteractive";
  run("apt-get", ["update", "-qq"], "reading the list of Debian packages");
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], "installing Debian packages");
}

installDependencies();
if (command !== "check" && command !== "dev") buildWeb();
installPrograms();

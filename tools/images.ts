// Makes docs/images/ anew from a hub that really runs: `npm run images`. Needs chromium, ffmpeg, telnet and tmux.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { loadConfig } from "../hub/src/config.ts";
import { startHub } from "../hub/src/hub.ts";
import { LogBook } from "../hub/src/log-book.ts";
import { modules } from "../hub/src/modules.ts";
import { fromPixels, loadEngine } from "../hub/src/picture/engine.ts";
import { textPixels } from "../hub/src/picture/text-picture.ts";
import { films, ownChannel } from "./images/channels.ts";
import { terminalScreen } from "./images/terminal.ts";
import { CHROMIUM_PATH } from "../hub/src/testing/chromium.ts";

const folder = fileURLToPath(new URL("../docs/images", import.meta.url));
const token = "only-for-the-images-of-the-docs";
/** So long the graphs have something to show. */
const GRAPHS_MS = 40_000;

const engine = await loadEngine();
const dataDir = mkdtempSync(join(tmpdir(), "lightwell-images-"));
const config = loadConfig(modules, {
  flags: {
    "hub.dataDir": dataDir,
    "http.publicHost": "127.0.0.1",
    "http.publicPort": 0,
    "http.adminPort": 0,
    "access.adminToken": token,
    "display.listen": false,
    "ascii-web.host": "127.0.0.1",
    "ascii-web.port": 0,
    "telnet.host": "127.0.0.1",
    "telnet.port": 0,
    "stats.port": 0,
    "pattern.enabled": true,
    "video.inputs": films(dataDir),
  },
});
mkdirSync(folder, { recursive: true });
const hub = await startHub(modules, config, { logBook: new LogBook("info", "silent") });
const wave = ownChannel(hub);
const browser = await chromium.launch({
  executablePath: CHROMIUM_PATH,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
});
try {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme: "dark" });
  const [wall, admin] = [await context.newPage(), await context.newPage()];
  await wall.goto(`${address("public")}/`);
  await admin.goto(`${address("admin")}/login?token=${token}`);
  await admin.getByRole("link", { name: "Monitor" }).click();
  await admin.waitForTimeout(GRAPHS_MS);
  await save("control-room", await admin.screenshot());
  await wall.setViewportSize({ width: 1440, height: 600 });
  await wall.bringToFront();
  await wall.waitForTimeout(3000);
  await save("wall", await wall.screenshot());
  await browser.close();
  await saveTerminal("terminal", { use: "terminals", type: "watch fractal\r4h", cols: 120, rows: 34 });
  await saveTerminal("statistics", { use: "statistics", type: "", cols: 80, rows: 24 });
} finally {
  await browser.close();
  wave.close();
  await hub.close();
  rmSync(dataDir, { recursive: true, force: true });
}

function address(listener: "public" | "admin"): string {
  return hub.service("http")?.address(listener) ?? "";
}

async function save(name: string, png: Uint8Array): Promise<void> {
  // A palette of 256 colours takes a third of the bytes, and nobody sees it.
  const small = await engine(png).png({ palette: true, quality: 90, effort: 10 }).toBuffer();
  writeFileSync(join(folder, `${name}.png`), small);
  console.log(`docs/images/${name}.png: ${Math.round(small.length / 1000)} kB`);
}

/** What a terminal of this size shows that runs the command by which the hub says it is reached. */
async function saveTerminal(
  name: string,
  { use, ...terminal }: { use: string; type: string; cols: number; rows: number },
): Promise<void> {
  const command = hub.addresses().find((found) => found.use === use)?.at ?? "";
  const pixels = await textPixels(await terminalScreen({ ...terminal, command }));
  const border = { top: 10, bottom: 10, left: 10, right: 10, background: "#0b0d10" };
  await save(name, await fromPixels(engine, pixels).extend(border).png().toBuffer());
}

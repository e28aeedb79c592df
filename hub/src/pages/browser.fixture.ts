import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { CHROMIUM_PATH } from "../testing/chromium.ts";

const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** What a browser may take where ten other things run beside it. */
const BUSY_MACHINE_MS = 60_000;

const web = fileURLToPath(new URL("../../../web", import.meta.url));

/** The web app, built from its sources, and a Chromium: made once for a file of tests. */
export function useBrowser(): { readonly dir: string; open(options?: BrowserContextOptions): Promise<Page> } {
  let browser: Browser;
  const dir = mkdtempSync(join(tmpdir(), "lightwell-web-"));
  beforeAll(async () => {
    execFileSync("npx", ["vite", "build", "--outDir", dir, "--emptyOutDir", "--logLevel", "warn"], { cwd: web });
    browser = await chromium.launch({
      executablePath: CHROMIUM_PATH,
      args: FLAGS.split(" "),
      timeout: BUSY_MACHINE_MS,
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    dir,
    /** A page of a browser without history. What the page complains of fails the test. */
    async open(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      context.setDefaultTimeout(BUSY_MACHINE_MS);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // What the browser itself logs of requests: a refused token, a hub that closed before the page.
        const ofRequest = /^(Failed to load resource|WebSocket connection to)/.test(message.text());
        if (message.type() === "error" && !ofRequest) complaints.push(message.text());
      });
      onTestFinished(async () => {
        await context.close();
        expect(complaints).toEqual([]);
      });
      return page;
    },
  };
}

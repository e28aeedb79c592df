import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "#contract/log.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../../testing/wait.ts";
import { News, newsLines } from "./news.ts";
import { sampleNews } from "./sample-news.ts";

function newsFrom(from: string, { allowPrivate = false } = {}) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields) => void warnings.push(JSON.stringify(fields)),
    error: () => undefined,
  };
  const news = new News({ from, refreshMs: 60_000, allowPrivate }, clock, log);
  onTestFinished(() => news.stop());
  return { news, clock, warnings };
}

function file(): string {
  const dir = mkdtempSync(join(tmpdir(), "lightwell-news-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, "news.txt");
}

describe("news", () => {
  it("are the built-in lines when nothing is configured, and no timer runs", async () => {
    const { news, clock } = newsFrom("");
    await news.start();
    expect(news.lines).toBe(sampleNews);
    expect([clock.pending, news.problem]).toEqual([0, ""]);
  });

  it("come from a file, and again when it has changed", async () => {
    const path = file();
    writeFileSync(path, "# a comment\nFirst\n\n  Second\u0007 line \r\n");
    const { news, clock } = newsFrom(path);
    await news.start();
    expect(news.lines).toEqual(["First", "Second line"]);
    writeFileSync(path, "Third, and a longer one");
    clock.advance(2000);
    await until("the new line", () => news.lines[0] === "Third, and a longer one");
  });

  it("stay when the file goes, with one warning, and come back with it", async () => {
    const path = file();
    writeFileSync(path, "Here");
    const { news, clock, warnings } = newsFrom(path);
    await news.start();
    rmSync(path);
    for (let i = 0; i < 3; i++) {
      clock.advance(2000);
      await until("the next timer", () => clock.pending === 1);
    }
    expect(news.lines).toEqual(["Here"]);
    expect(news.problem).toMatch(/ENOENT/);
    expect(warnings).toHaveLength(1);
    writeFileSync(path, "Here again");
    clock.advance(2000);
    await until("the line", () => news.lines[0] === "Here again");
    expect(news.problem).toBe("");
  });

  it("stay as they are when there is nothing to show in the file, or too much", async () => {
    const path = file();
    writeFileSync(path, "# nothing\n");
    const empty = newsFrom(path).news;
    await empty.start();
    expect([empty.lines, empty.problem]).toEqual([sampleNews, expect.stringContaining("no line")]);
    writeFileSync(path, "x".repeat(2_000_001));
    const large = newsFrom(path).news;
    await large.start();
    expect([large.lines, large.problem]).toEqual([sampleNews, expect.stringContaining("2000001 bytes")]);
  });

  it("come from a feed on the private network only when that is allowed", async () => {
    const server = createServer((_request, response) =>
      response.end("<rss><channel><item><title>Lamp &amp; light</title></item></channel></rss>"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://user:geheim@127.0.0.1:${(server.address() as AddressInfo).port}/feed?key=geheim`;

    const refused = newsFrom(url);
    await refused.news.start();
    expect(refused.news.lines).toBe(sampleNews);
    expect(refused.news.problem).toMatch(/not on the public internet/);
    expect(refused.news.label + refused.warnings.join()).not.toContain("geheim");

    const { news } = newsFrom(url, { allowPrivate: true });
    await news.start();
    expect(news.lines).toEqual(["Lamp & light"]);
  });

  it("are lines or titles, whichever the text holds", () => {
    expect(newsLines("a\nb")).toEqual(["a", "b"]);
    expect(newsLines("<rss><item><title>a</title></item></rss>")).toEqual(["a"]);
    expect(newsLines("x\n".repeat(5000))).toHaveLength(200);
  });
});

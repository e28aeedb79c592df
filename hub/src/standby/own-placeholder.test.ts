import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { ImageContent } from "#core/frame.ts";
import { plainPicture } from "#picture/testing.ts";
import { bootHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import standby from "./module.ts";

/** What a channel without a picture shows, and what the hub says of it, with this file as its placeholder. */
async function shown(bytes: Uint8Array | undefined) {
  const folder = mkdtempSync(join(tmpdir(), "lightwell-placeholder-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "ours.png");
  if (bytes) writeFileSync(path, bytes);
  const hub = await bootHub([standby], { "standby.placeholder": path, "channels.whenStalled": "placeholder" });
  const channel = hub.channels.open("cam");
  const frame = await until("a placeholder", () => channel.latest);
  expect(frame.substitute).toBe(true);
  return { content: frame.content as ImageContent, log: hub.service("report")?.tail() ?? "" };
}

it("a picture of one's own is the placeholder, as it is", async () => {
  const ours = await plainPicture(50, 40, { format: "png" });
  const { content, log } = await shown(ours.bytes);
  expect(content).toMatchObject({ format: "png", width: 50, height: 40 });
  expect(Buffer.from(content.bytes).equals(ours.bytes)).toBe(true);
  expect(log).not.toContain("placeholder cannot be shown");
});

it.each<[string, () => Promise<Uint8Array | undefined>]>([
  ["missing", () => Promise.resolve(undefined)],
  ["no picture", () => Promise.resolve(Buffer.from("a letter"))],
  ["cut off", async () => (await plainPicture(500, 400)).bytes.subarray(0, 900)],
])("a file that is %s is a warning, and the placeholder is drawn", async (_what, bytes) => {
  const { content, log } = await shown(await bytes());
  expect(content).toMatchObject({ format: "jpeg", width: 640, height: 360 });
  expect(log).toMatch(/set standby.placeholder to a whole JPEG/);
});

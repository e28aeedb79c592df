import { expect, it } from "vitest";
import access from "../access/module.ts";
import http from "../http/module.ts";
import mjpeg from "../outputs/mjpeg/module.ts";
import push from "../sources/push/module.ts";
import store from "../store/module.ts";
import { interlacedPng, scanBomb } from "../picture/bombs.fixture.ts";
import { noisyPicture } from "../picture/testing.ts";
import { bootHub } from "../testing/boot.ts";

/** What one snapshot of a good picture may wait, and what memory may rise by, on a machine that is busy with other tests. */
const LONGEST_WAIT_MS = 3000;
const MOST_MEMORY = 300_000_000;

it("goes on with other channels while eight producers send what is small to send and large to decode", async () => {
  const hostile = Array.from({ length: 8 }, (_, i) => `hostile-${i}`);
  const hub = await bootHub([store, access, http, mjpeg, push], { "push.openChannels": ["good", ...hostile] });
  const put = (channel: string, body: Uint8Array, signal?: AbortSignal) =>
    fetch(`${hub.publicUrl}/ingest/${channel}`, {
      method: "PUT",
      body: Buffer.from(body),
      headers: { "content-type": "image/jpeg" },
      ...(signal && { signal }),
    }).then((reply) => reply.status);
  const { bytes } = await noisyPicture(640, 360);
  expect(await put("good", bytes)).toBe(200);

  const refused = scanBomb(3000, 2000, 800);
  // As much as is taken: nearly a second of decoding, and 150 MB.
  const taken = interlacedPng(5000, 5000);
  const before = process.memoryUsage().rss;
  const attack = new AbortController();
  const attacks = hostile.map(async (channel) => {
    expect(await put(channel, refused)).toBe(413);
    await put(channel, taken, attack.signal).catch(() => undefined);
  });
  const waits: number[] = [];
  let memory = 0;
  for (let i = 0; i < 8; i++) {
    const began = performance.now();
    const picture = await fetch(`${hub.publicUrl}/snapshot/good?width=160&quality=${10 * (i + 1)}`);
    expect(picture.status).toBe(200);
    await picture.arrayBuffer();
    expect(await put("good", bytes)).toBe(200);
    waits.push(performance.now() - began);
    memory = Math.max(memory, process.memoryUsage().rss - before);
  }
  attack.abort();
  await Promise.all(attacks);
  expect(Math.max(...waits)).toBeLessThan(LONGEST_WAIT_MS);
  expect(memory).toBeLessThan(MOST_MEMORY);
}, 30_000);

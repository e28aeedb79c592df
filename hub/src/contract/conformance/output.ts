import { describe, expect, it } from "vitest";
import type { Content } from "#core/frame.ts";
import type { Channels } from "#core/registry.ts";
import { until } from "../../testing/wait.ts";

/** A real client of an output. */
export interface OutputClient {
  /** Resolves with the number of the next picture that arrived whole; rejects when the connection ends first. */
  next(): Promise<number>;
  /** Stop reading from the connection, and go on. */
  pause(): void;
  resume(): void;
  /** Resolves when the hub has ended the connection. */
  readonly closed: Promise<unknown>;
  /** Leave without a word, as a peer that vanishes. */
  close(): void;
}

/** What an output gives the suite. */
export interface OutputUnderTest {
  /** A running hub with the output. */
  start(): Promise<{ readonly channels: Channels; close(): Promise<void> }>;
  /** Content that a client can tell by its number. Large enough that a paused client fills up within 200 of them. */
  content(number: number): Content | Promise<Content>;
  /** Connect a client to the hub started last. Rejects when the hub refuses it. */
  connect(channel: string, token?: string): Promise<OutputClient>;
  readonly viewerToken: string;
}

/** What every output must do, whatever it speaks. */
export function describeOutput(name: string, output: OutputUnderTest): void {
  const open = async (settings = {}) => {
    const hub = await output.start();
    const channel = hub.channels.open("conformance", settings);
    const source = channel.publisher("test");
    return { hub, channel, publish: async (number: number) => source.publish(await output.content(number)) };
  };

  describe(`${name} as an output`, () => {
    it("shows the current picture at once to those who come late", async () => {
      const { publish } = await open();
      await publish(7);
      const client = await output.connect("conformance");
      expect(await client.next()).toBe(7);
      client.close();
    });

    it("follows the channel in order and ends on the latest picture", async () => {
      const { publish, channel } = await open();
      await publish(1);
      const client = await output.connect("conformance");
      const seen = [await client.next()];
      for (let number = 2; number <= 10; number++) await publish(number);
      while (seen.at(-1) !== 10) seen.push(await client.next());
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect([...channel.viewers()]).toHaveLength(1);
      client.close();
    });

    it("skips pictures for a client that does not read, and gives it the newest when it does again", async () => {
      const { publish, channel } = await open();
      await publish(1);
      const client = await output.connect("conformance");
      await client.next();
      client.pause();
      for (let number = 2; number <= 300; number++) {
        await publish(number);
        await new Promise(setImmediate);
      }
      client.resume();
      let seen = 0;
      let count = 0;
      while (seen !== 300) {
        seen = await client.next();
        count++;
      }
      expect(count).toBeLessThan(299);
      expect(channel.totals.skipped).toBeGreaterThan(0);
      client.close();
    });

    it("refuses a channel that does not exist", async () => {
      await open();
      await expect(output.connect("nowhere")).rejects.toThrow();
    });

    it("shows a private channel only to those who have a token", async () => {
      const { publish, channel } = await open({ visibility: "private" });
      channel.settings = { ...channel.settings, visibility: "private" };
      await publish(3);
      await expect(output.connect("conformance")).rejects.toThrow();
      await expect(output.connect("conformance", "wrong")).rejects.toThrow();
      const client = await output.connect("conformance", output.viewerToken);
      expect(await client.next()).toBe(3);
      client.close();
    });

    it("goes on for a client that may watch when the channel becomes private, and ends for the others", async () => {
      const { publish, channel } = await open();
      await publish(1);
      const friend = await output.connect("conformance", output.viewerToken);
      await friend.next();
      const stranger = await output.connect("conformance");
      await stranger.next();
      channel.settings = { ...channel.settings, visibility: "private" };
      expect([...channel.viewers()]).toHaveLength(1);
      await publish(2);
      expect(await friend.next()).toBe(2);
      friend.close();
      stranger.close();
    });

    it("waits with a client that comes before its source", async () => {
      const hub = await output.start();
      const channel = hub.channels.expect("conformance");
      const connecting = output.connect("conformance");
      await until("the viewer", () => channel.watched);
      hub.channels
        .open("conformance")
        .publisher("test")
        .publish(await output.content(5));
      const client = await connecting;
      // Its first frame may still be of the size that was guessed while there was none.
      while ((await client.next()) !== 5);
      client.close();
    });

    it("forgets a client that vanishes", async () => {
      const { publish, channel } = await open();
      await publish(1);
      const client = await output.connect("conformance");
      await client.next();
      client.close();
      await until("the viewer is gone", async () => {
        await publish(2);
        return [...channel.viewers()].length === 0;
      });
    });

    it("ends the connection when the channel is removed", async () => {
      const { hub, channel, publish } = await open();
      await publish(1);
      const client = await output.connect("conformance");
      await client.next();
      hub.channels.remove("conformance");
      await expect(client.closed).resolves.not.toThrow();
      expect([...channel.viewers()]).toEqual([]);
    });

    it("ends the connection when the hub closes", async () => {
      const { hub, publish } = await open();
      await publish(1);
      const client = await output.connect("conformance");
      await client.next();
      await hub.close();
      await expect(client.closed).resolves.not.toThrow();
    });
  });
}

import { inflateRawSync } from "node:zlib";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { FrameDecoder } from "@lightwell/wire/text/codec.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { StreamingModeName } from "@lightwell/wire/text/messages.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameGrid, text } from "./grids.fixture.ts";
import type { Tallies } from "./tallies.ts";
import { Watching, type FrameOutlet } from "./watching.ts";

const COLS = 30;
const ROWS = 8;
/** Every second frame looks as the one before; between others so little changes that a delta is always smaller. */
const still = Array.from({ length: ROWS - 1 }, (_, row) => `\x1b[38;5;${20 + row}mrow ${row}`);
const grids = Array.from({ length: 400 }, (_, n) => parseAnsiLines([`#${n >> 1}`, ...still], COLS, ROWS));
const tallies = { sent: () => undefined } as unknown as Tallies;

function openChannel() {
  const clock = new ManualClock();
  const channels = plainChannels(clock);
  const channel = channels.open("a");
  const source = channel.publisher("test");
  let published = 0;
  const publish = () => {
    const grid = grids[published++ % grids.length];
    if (grid) source.publish(text(grid));
    clock.advance(33);
  };
  return { clock, channel, publish, shownAt: (seq: number) => grids[(seq - 1) % grids.length] as TextGrid };
}

/** A client that decodes what reaches it, when a test lets it, over a socket that is busy when a test says so. */
class Client implements FrameOutlet {
  busy = false;
  slow = false;
  readonly types: string[] = [];
  readonly watching: Watching;
  readonly #arrived: Buffer[] = [];
  readonly #decoder = new FrameDecoder((bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes }));

  constructor({ channel }: ReturnType<typeof openChannel>, mode: StreamingModeName = "diff") {
    this.watching = new Watching(
      channel,
      { mode, encoding: "binary" },
      {
        outlet: this,
        tallies,
        info: { output: "test", name: "a", remote: "" },
        onClose: () => undefined,
        mayStay: () => false,
      },
    );
    this.watching.start();
  }

  frame(message: Buffer): boolean {
    if (this.busy) throw new Error("a frame was sent to a busy socket");
    this.#arrived.push(message);
    this.busy = this.slow;
    return !this.busy;
  }

  drain(): void {
    if (!this.busy) return;
    this.busy = false;
    this.watching.onReady();
  }

  /** Apply what has come; the last frame that is shown now. */
  read(): { readonly seq: number; readonly grid: TextGrid } | undefined {
    for (const message of this.#arrived.splice(0)) {
      const { header } = this.#decoder.decode(message.subarray((message[1] ?? 0) < 126 ? 2 : 4));
      this.types.push(header.type);
    }
    return this.#decoder.last;
  }

  ack(): void {
    const { last } = this.#decoder;
    if (last) this.watching.ack(last.seq);
  }

  get underWay(): number {
    return this.#arrived.length;
  }
}

const step = fc.constantFrom("publish", "publish", "publish", "read", "ack", "slow", "fast", "drain", "restart");

describe("a view of a text channel", () => {
  it("shows grids that were published, in order and at last the newest, whatever is read and acknowledged when", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), step), { maxLength: 250 }), (steps) => {
        const open = openChannel();
        open.publish();
        const clients = [new Client(open), new Client(open), new Client(open, "binary")];
        for (const [index, what] of steps) {
          const client = clients[index];
          if (!client) continue;
          if (what === "publish") open.publish();
          else if (what === "read") client.read();
          else if (what === "ack") client.ack();
          else if (what === "drain") client.drain();
          else if (what === "restart") client.watching.restart();
          else client.slow = what === "slow";
          const shown = what === "read" ? client.read() : undefined;
          if (shown) expect(sameGrid(shown.grid, open.shownAt(shown.seq))).toBe(true);
        }
        for (let round = 0; round < 4; round++) {
          open.clock.advance(400);
          for (const client of clients) {
            client.drain();
            client.read();
            client.ack();
          }
        }
        for (const client of clients) {
          expect(client.read()?.seq).toBe(open.channel.latest?.seq);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("costs nothing while its client reads nothing, and goes on with the newest frame, without a keyframe", () => {
    const open = openChannel();
    const client = new Client(open);
    for (let i = 0; i < 20; i++) open.publish();
    const sent = client.underWay;
    expect(sent).toBe(1);
    for (let i = 0; i < 10; i++) open.publish();
    expect(client.underWay).toBe(sent);
    client.read();
    client.ack();
    expect(client.read()?.seq).toBe(30);
    expect(client.types.filter((type) => type === "K")).toHaveLength(1);
  });

  it("begins anew with a keyframe only when the base is gone from the ring", () => {
    const open = openChannel();
    const client = new Client(open);
    for (let i = 0; i < 100; i++) open.publish();
    client.read();
    client.ack();
    expect(client.read()?.seq).toBe(100);
    expect(client.types.filter((type) => type === "K")).toHaveLength(2);
    expect(client.types.at(-1)).toBe("K");
  });

  it("gives each what it acknowledges and no other keyframe than the first, however many frames it had to leave out", () => {
    const open = openChannel();
    const clients = Array.from({ length: 8 }, () => new Client(open));
    for (let i = 0; i < 300; i++) {
      open.publish();
      clients.forEach((client, index) => {
        if (i % (index + 1) !== 0) return;
        client.read();
        client.ack();
      });
    }
    for (const client of clients) {
      client.read();
      expect(client.types.filter((type) => type === "K")).toHaveLength(1);
    }
    const delivered = clients.map(({ watching }) => watching.viewer.delivered);
    expect(delivered[0]).toBe(300);
    delivered.forEach((count, index) => expect(count).toBeGreaterThanOrEqual(300 / (index + 2)));
  });

  it("leaves out hardly a frame for a client that is far away and acknowledges four times a second", () => {
    const open = openChannel();
    const client = new Client(open);
    const due: Array<{ readonly round: number; readonly seq: number }> = [];
    for (let round = 0; round < 600; round++) {
      open.publish();
      const shown = client.read();
      // 300 ms there and back.
      if (shown && round % 7 === 0) due.push({ round: round + 9, seq: shown.seq });
      while ((due[0]?.round ?? Infinity) <= round) client.watching.ack(due.shift()?.seq ?? 0);
    }
    // Those of the beginning, while it finds out what the way carries.
    expect(client.watching.viewer.skipped).toBeLessThan(20);
    expect(client.types.filter((type) => type === "K")).toHaveLength(1);
  });

  it("gives a client that lost its place a keyframe at once, one for all that it asks for until it acknowledges", () => {
    const open = openChannel();
    const client = new Client(open);
    open.publish();
    open.publish();
    // What is under way now it cannot use, and so it will not acknowledge it.
    expect(client.watching.hasRoom()).toBe(false);
    for (let i = 0; i < 5; i++) client.watching.restart();
    expect(client.underWay).toBe(2);
    client.read();
    expect(client.types).toEqual(["K", "K"]);
    client.ack();
    open.publish();
    expect(client.read()?.seq).toBe(3);
  });

  it("says for how long an acknowledgement is owed", () => {
    const open = openChannel();
    const client = new Client(open);
    open.publish();
    open.clock.advance(5000);
    expect(client.watching.silentMs).toBeGreaterThanOrEqual(5000);
    client.read();
    client.ack();
    expect(client.watching.silentMs).toBe(0);
  });

  it("shares each delta among those who show the same", () => {
    const open = openChannel();
    const messages: Buffer[][] = [[], []];
    const watchings = messages.map((list) => {
      const outlet = { busy: false, frame: (message: Buffer) => list.push(message) > 0 };
      const info = { output: "test", name: "a", remote: "" };
      const manner = { mode: "diff", encoding: "binary" } as const;
      const watching = new Watching(open.channel, manner, {
        outlet,
        tallies,
        info,
        onClose: () => undefined,
        mayStay: () => false,
      });
      watching.start();
      return watching;
    });
    for (let i = 0; i < 5; i++) {
      open.publish();
      for (const watching of watchings) watching.ack(i + 1);
    }
    expect(messages[0]).toHaveLength(5);
    messages[0]?.forEach((message, i) => expect(messages[1]?.[i]).toBe(message));
  });

  it("leaves nothing behind", () => {
    const open = openChannel();
    const clients = [new Client(open), new Client(open)];
    open.publish();
    for (const { watching } of clients) watching.stop();
    expect(open.channel.watched).toBe(false);
    const late = new Client(open);
    expect(late.read()?.seq).toBe(1);
    open.channel.close("channel-closed");
    expect(open.channel.watched).toBe(false);
    expect(open.clock.pending).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { plainChannels } from "#testing/channels.ts";
import { ManualClock } from "./manual-clock.ts";
import { Channels } from "./registry.ts";
import { Viewer, type CloseReason } from "./viewer.ts";

const open = () => plainChannels(new ManualClock());
const names = (channels: Channels) => channels.list().map(({ name }) => name);

/** With room for two, and settings as their sources wish. */
function small() {
  const clock = new ManualClock();
  const base = plainChannels(clock).open("a").settings;
  return new Channels(clock, (_name, wished) => ({ ...base, ...wished }), 2);
}

describe("a channel that is expected", () => {
  it("is there for viewers before its source, behind the others, and goes over to it", () => {
    const channels = open();
    const cam = channels.expect("cam");
    channels.open("film");
    expect([cam.health.state, names(channels)]).toEqual(["waiting", ["film", "cam"]]);
    expect(channels.open("cam")).toBe(cam);
    channels.open("pattern");
    expect([cam.expected, names(channels)]).toEqual([false, ["film", "cam", "pattern"]]);
    expect(channels.expect("cam")).toBe(cam);
    expect(cam.expected).toBe(false);
  });

  it("is told of once, and has its source's wishes as soon as that opens it", () => {
    const channels = small();
    const heard: string[] = [];
    channels.onAdded(({ name }) => heard.push(name));
    const cam = channels.expect("cam", { frozenTimeoutMs: 7 });
    channels.open("cam", { whenStalled: "placeholder" });
    expect(heard).toEqual(["cam"]);
    expect(cam.settings).toMatchObject({ whenStalled: "placeholder", frozenTimeoutMs: 7 });
    // A second source finds it as it is.
    channels.open("cam", { whenStalled: "close" });
    expect(cam.settings.whenStalled).toBe("placeholder");
  });

  it("gives way to one that is opened, unless somebody waits for it", () => {
    const channels = small();
    channels.expect("a").add({ offer: () => undefined, close: () => undefined });
    channels.expect("b");
    expect(() => channels.expect("c")).toThrow(/already/);
    channels.open("d");
    expect(names(channels)).toEqual(["d", "a"]);
    expect(() => channels.open("e")).toThrow(/already/);
  });
});

describe("settings that go before all others", () => {
  it("hold for a channel that is there and for one that comes, whatever its source wishes", () => {
    const channels = small();
    channels.override("a", { whenStalled: "close" });
    const a = channels.open("a", { whenStalled: "hold", frozenTimeoutMs: 5 });
    expect(a.settings).toMatchObject({ whenStalled: "close", frozenTimeoutMs: 5 });
    channels.override("a", { visibility: "private" });
    expect(a.settings).toMatchObject({ visibility: "private", whenStalled: "hold" });
    channels.override("a", undefined);
    expect(a.settings.visibility).toBe("public");
  });
});

describe("a channel that becomes private", () => {
  it("goes on for those who may watch it, and ends for the others", () => {
    const channels = open();
    const channel = channels.open("a");
    const watch = (name: string, mayStay?: () => boolean) => {
      const ended: CloseReason[] = [];
      const viewer = new Viewer(
        channel,
        channels.clock,
        { output: "test", name, remote: "-" },
        { send: () => true, close: (reason) => void ended.push(reason), ...(mayStay && { mayStay }) },
      );
      channel.add(viewer);
      return ended;
    };
    const [friend, stranger, unknown] = [watch("friend", () => true), watch("stranger", () => false), watch("unknown")];
    channels.override("a", { visibility: "private" });
    expect([friend, stranger, unknown]).toEqual([[], ["forbidden"], ["forbidden"]]);
    expect([...channel.viewers()].map(({ info }) => info.name)).toEqual(["friend"]);
  });
});

it("ids go on from those of an earlier run", () => {
  const channels = new Channels(new ManualClock(), () => open().open("a").settings, 10, 4711);
  expect([channels.open("a").id, channels.open("b").id]).toEqual([4712, 4713]);
});

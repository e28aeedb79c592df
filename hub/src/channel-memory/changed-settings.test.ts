import { expect, it } from "vitest";
import { HubError } from "#contract/errors.ts";
import store from "#store/module.ts";
import { bootHub } from "#testing/boot.ts";
import { plainChannels } from "#testing/channels.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { until } from "#testing/wait.ts";
import type { Collection, Store } from "#contract/services.ts";
import { ChangedSettings } from "./changed-settings.ts";
import channelMemory from "./module.ts";

const modules = [store, channelMemory];

const memoryOf = (hub: Awaited<ReturnType<typeof bootHub>>) => {
  const memory = hub.service("channelMemory");
  if (!memory) throw new Error("no channel memory");
  return memory;
};

it("a channel that was made private is so in every mode, and soon in every hub on the same data folder", async () => {
  const one = await bootHub(modules);
  const other = await bootHub(modules, { "hub.mode": "ascii" }, { dataDir: one.dataDir });
  const there = other.channels.open("cam");
  await memoryOf(one).change("cam", { visibility: "private", fallback: "door" });
  expect(one.channels.open("cam").settings).toMatchObject({ visibility: "private", fallback: "door" });
  await until("it is private there", () => there.settings.visibility === "private");
  await memoryOf(other).change("cam", { fallback: null });
  await until("both changes are in force here", () => one.channels.get("cam")?.settings.fallback === undefined);
  expect(one.channels.get("cam")?.settings.visibility).toBe("private");
  await one.service("store")?.collection("channel-settings").delete("cam");
  await until("it is as configured", () => there.settings.visibility === "public");
  await other.close();
});

it("a change that cannot be kept is not put in force", async () => {
  let full = true;
  const kept = new Map<string, unknown>();
  const collection: Collection<never> = {
    get: (id) => Promise.resolve(kept.get(id) as never),
    list: () => Promise.resolve([...kept].map(([id, value]) => ({ id, value: value as never }))),
    put(id, value) {
      if (full) return Promise.reject(new HubError("unavailable", "the disk is full"));
      kept.set(id, value);
      return Promise.resolve();
    },
    delete: (id) => Promise.resolve(kept.delete(id)),
  };
  const channels = plainChannels(new ManualClock());
  const channel = channels.open("cam");
  const disk: Store = { collection: () => collection as never, claim: () => true };
  const settings = new ChangedSettings(disk, channels);
  await expect(settings.change("cam", { visibility: "private" })).rejects.toThrow("the disk is full");
  expect(channel.settings.visibility).toBe("public");
  full = false;
  await Promise.all([settings.change("cam", { visibility: "private" }), settings.change("cam", { fallback: "door" })]);
  expect(channel.settings).toMatchObject({ visibility: "private", fallback: "door" });
});

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineModule } from "#contract/module.ts";
import { settingsOf } from "./channel-settings.ts";
import { environmentName, loadConfig, type ConfigSources } from "./config.ts";

const lamp = defineModule({
  name: "desk-lamp",
  summary: "A lamp.",
  capability: { role: "output" },
  options: z.strictObject({
    port: z.int().min(0).max(65_535).default(7).meta({ description: "TCP port." }),
    maxViewers: z.int().default(20).meta({ description: "Cap." }),
    inputs: z.array(z.string()).default([]).meta({ description: "Inputs." }),
    bulbs: z
      .array(z.strictObject({ colour: z.string(), watts: z.int().default(5) }))
      .optional()
      .meta({ description: "Bulbs." }),
  }),
  start: () => ({ [Symbol.asyncDispose]: async () => undefined }),
});

const load = (sources: ConfigSources) => loadConfig([lamp], sources);
const lampOf = (sources: ConfigSources) => load(sources).modules["desk-lamp"];
const yaml = (text: string) => ({ yaml: { text, path: "lightwell.yaml" } });

describe("the configuration", () => {
  it("has a default for everything", () => {
    expect(lampOf({})).toEqual({ port: 7, maxViewers: 20, inputs: [] });
  });

  it("lets flags win over the environment and the environment over the file", () => {
    const text = "desk-lamp: { port: 1, maxViewers: 1, inputs: [a] }";
    const env = { LIGHTWELL_DESK_LAMP_PORT: "2", LIGHTWELL_DESK_LAMP_MAX_VIEWERS: "2" };
    expect(lampOf({ ...yaml(text), env, flags: { "desk-lamp.port": "3" } })).toEqual({
      port: 3,
      maxViewers: 2,
      inputs: ["a"],
    });
  });

  it("reads lists and numbers from the environment as YAML", () => {
    expect(lampOf({ env: { LIGHTWELL_DESK_LAMP_INPUTS: "[a, b]" } })).toMatchObject({ inputs: ["a", "b"] });
  });

  it("takes an IPv6 address from flags and environment as the text that it is", () => {
    const texts = z.strictObject({ host: z.string() });
    const door = defineModule({ ...lamp, name: "door", options: texts, start: lamp.start });
    for (const host of ["::", "::1", "fe80::1"]) {
      expect(loadConfig([door], { flags: { "door.host": host } }).modules["door"]).toEqual({ host });
      expect(loadConfig([door], { env: { LIGHTWELL_DOOR_HOST: host } }).modules["door"]).toEqual({ host });
    }
  });

  it("names environment variables after the key", () => {
    expect(environmentName("desk-lamp", "maxViewers")).toBe("LIGHTWELL_DESK_LAMP_MAX_VIEWERS");
  });

  it("lets a mode change defaults, and settings change those of the mode", () => {
    const local = load({ flags: { "hub.mode": "web" } });
    expect(local.channels.whenStalled).toBe("close");
    expect(load({ flags: { "hub.mode": "web", "channels.whenStalled": "hold" } }).channels.whenStalled).toBe("hold");
  });

  it.each<[string, ConfigSources, RegExp]>([
    [
      "an unknown key, with the nearest",
      yaml("desk-lamp: { prot: 1 }"),
      /desk-lamp\.prot: there is no such setting; did you mean "port"\?/,
    ],
    [
      "an unknown section, with the nearest",
      yaml("desklamp: {}"),
      /desklamp: there is no such section; did you mean "desk-lamp"\?/,
    ],
    [
      "an unknown key inside a list, with the nearest",
      yaml("desk-lamp: { bulbs: [{ colour: red }, { colour: red, wats: 7 }] }"),
      /desk-lamp\.bulbs\.1\.wats: there is no such setting; did you mean "watts"\?/,
    ],
    [
      "an unknown key inside a map, with the nearest",
      yaml("channels: { named: { cam: { visiblity: private } } }"),
      /channels\.named\.cam\.visiblity: there is no such setting; did you mean "visibility"\?/,
    ],
    ["a wrong type", yaml("desk-lamp: { port: many }"), /desk-lamp\.port: .*expected number/],
    ["a number out of range", { flags: { "desk-lamp.port": "70000" } }, /desk-lamp\.port: .*65535/],
    ["a section that is no map", yaml("desk-lamp: 3"), /desk-lamp: .*expected object/],
    ["a file that is no map", yaml("- a"), /lightwell\.yaml must hold sections/],
    ["a file that is no YAML", yaml("a: [b"), /lightwell\.yaml is not YAML/],
    ["a mode that does not exist", { flags: { "hub.mode": "webb" } }, /hub\.mode: /],
    ["a channel name that is none", yaml("channels: { named: { 'A B': {} } }"), /channels\.named/],
    ["the prototype", { flags: { "__proto__.polluted": "1" } }, /__proto__: there is no such section/],
  ])("refuses %s", (_, sources, message) => {
    expect(() => load(sources)).toThrow(message);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("tells every fault at once", () => {
    expect(() => load(yaml("desk-lamp: { prot: 1, maxViewers: x }"))).toThrow(/prot[^]*maxViewers|maxViewers[^]*prot/);
  });
});

describe("the settings of a channel", () => {
  const channels = load(
    yaml("channels: { visibility: private, named: { cam: { visibility: public, whenStalled: close } } }"),
  ).channels;

  it("are those of its name, then of all, then its source's wishes", () => {
    const of = settingsOf(channels);
    expect(of("cam", { whenStalled: "placeholder" })).toMatchObject({ visibility: "public", whenStalled: "close" });
    expect(of("other", { whenStalled: "placeholder", stallTimeoutMs: 700 })).toMatchObject({
      visibility: "private",
      whenStalled: "placeholder",
      stallTimeoutMs: 700,
    });
    expect(of("third", {})).toMatchObject({
      whenStalled: "hold",
      stallTimeoutMs: undefined,
      frozenTimeoutMs: 0,
      fallback: undefined,
    });
  });

  it("are its source's wishes rather than what the mode has for all, and what is configured rather than those", () => {
    const of = (flags: Record<string, unknown>) => {
      const { channels: options, origins } = load({ flags: { "hub.mode": "web", ...flags } });
      return settingsOf(options, origins);
    };
    expect(of({})("iot", { whenStalled: "placeholder" }).whenStalled).toBe("placeholder");
    expect(of({})("film", {}).whenStalled).toBe("close");
    expect(of({ "channels.whenStalled": "close" })("iot", { whenStalled: "placeholder" }).whenStalled).toBe("close");
  });
});

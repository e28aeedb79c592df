import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";
import { modes, type Mode } from "./modes.ts";
import { modules } from "./modules.ts";

describe.each(Object.entries<Mode>(modes))("the mode %s", (name, mode) => {
  const running = modules.filter((module) => mode.modules?.includes(module.name) ?? true);
  const names = running.map((module) => module.name);

  it("names modules that there are, each with the services that it needs", () => {
    expect(names).toEqual(expect.arrayContaining([...(mode.modules ?? [])]));
    const provided = new Set(["report", ...running.flatMap(({ provides }) => provides)]);
    expect(running.flatMap(({ needs }) => needs).filter((service) => !provided.has(service))).toEqual([]);
  });

  it("has settings for what it changes", () => {
    const { hub } = loadConfig(modules, { flags: { "hub.mode": name, [mode.port]: 0 } });
    expect(hub.mode).toBe(name);
  });

  it("serves what its pages connect to", () => {
    const needed = names.includes("pages") ? ["http", "monitor", "mjpeg", "live", "display"] : [];
    expect(names).toEqual(expect.arrayContaining(needed));
  });
});

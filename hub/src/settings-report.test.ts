import { defineModule } from "#contract/module.ts";
import { settingsReport as reportSchema } from "@lightwell/wire/api/settings.ts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadConfig, type ConfigSources } from "./config.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { settingsReport } from "./settings-report.ts";

const none = () => ({ [Symbol.asyncDispose]: () => Promise.resolve() });
const capability = { role: "output" } as const;
const mjpeg = defineModule({
  name: "mjpeg",
  summary: "Pictures.",
  capability,
  options: z.strictObject({
    maxViewers: z.int().default(1000).meta({ description: "Cap." }),
    port: z.int().optional().meta({ description: "TCP port." }),
    apiToken: z.string().default("").meta({ description: "For others." }),
    inputs: z
      .array(z.strictObject({ url: z.string(), headers: z.record(z.string(), z.string()).default({}) }))
      .default([])
      .meta({ description: "What to read." }),
  }),
  start: none,
});
const lamp = defineModule({ name: "lamp", summary: "A lamp.", capability, options: z.strictObject({}), start: none });

function report(sources: ConfigSources = {}) {
  const modules = [mjpeg, lamp];
  const made = reportSchema.parse(JSON.parse(JSON.stringify(settingsReport(modules, loadConfig(modules, sources)))));
  const find = (path: string) => {
    const [section, key] = path.split(".");
    return made.sections.find(({ name }) => name === section)?.settings.find((each) => each.key === key);
  };
  return { made, find };
}

describe("the report of settings", () => {
  it("has every setting with its meaning and variable, those at their default too", () => {
    const { made, find } = report();
    expect(made.file).toBeUndefined();
    expect(made.sections.map(({ name }) => name)).toEqual(["hub", "channels", "mjpeg", "lamp"]);
    expect(find("mjpeg.maxViewers")).toEqual({
      key: "maxViewers",
      value: 1000,
      origin: "default",
      description: "Cap.",
      variable: "LIGHTWELL_MJPEG_MAX_VIEWERS",
    });
    expect(find("mjpeg.port")).toMatchObject({ origin: "default" });
    expect(find("mjpeg.port")?.value).toBeUndefined();
    expect(find("hub.logLevel")).toMatchObject({ value: "info", origin: "default" });
  });

  it("says where each comes from: the mode, the file, the environment, an option", () => {
    const yaml = { path: "some.yaml", text: "mjpeg: { port: 1, maxViewers: 2 }\nhub: { mode: web }" };
    const modeOnly = report({ flags: { "hub.mode": "web" } });
    expect(modeOnly.find("mjpeg.maxViewers")).toMatchObject({ value: 20, origin: "mode" });
    expect(modeOnly.find("hub.mode")).toMatchObject({ origin: "option" });
    const all = report({ yaml, env: { LIGHTWELL_MJPEG_PORT: "7" }, flags: { "mjpeg.inputs": "[{ url: a }]" } });
    expect(all.made.file).toBe("some.yaml");
    expect(all.find("mjpeg.maxViewers")).toMatchObject({ value: 2, origin: "file" });
    expect(all.find("mjpeg.port")).toMatchObject({ value: 7, origin: "environment" });
    expect(all.find("mjpeg.inputs")).toMatchObject({ value: [{ url: "a", headers: {} }], origin: "option" });
    const deep = report({ flags: { "channels.named.cam.visibility": "private" } });
    expect(deep.find("channels.named")).toMatchObject({ value: { cam: { visibility: "private" } }, origin: "option" });
  });

  it("says which modules this mode leaves out", () => {
    const running = (mode: string) =>
      report({ flags: { "hub.mode": mode } }).made.sections.flatMap((each) => (each.running ? [each.name] : []));
    expect(running("all")).toEqual(["hub", "channels", "mjpeg", "lamp"]);
    expect(running("web")).toEqual(["hub", "channels", "mjpeg"]);
  });

  it("shows no secret", () => {
    const { made } = report({
      flags: {
        "mjpeg.apiToken": "hush-1",
        "mjpeg.inputs": [{ url: "http://me:hush-2@cam/x?key=hush-3", headers: { "X-Key": "hush-4" } }],
      },
    });
    expect(JSON.stringify(made)).not.toContain("hush");
    expect(JSON.stringify(made)).toContain("http://cam/x");
  });
});

it.each([
  [
    { adminToken: "x", port: 1, none: null },
    { adminToken: "[secret]", port: 1, none: null },
  ],
  [
    { options: ["-headers", "Authorization: Bearer abc.def"] },
    { options: ["-headers", "Authorization: Bearer [secret]"] },
  ],
  [{ input: "rtsp://u:p@h:554/s" }, { input: "rtsp://h:554/s" }],
  [{ headers: { a: "1", b: "2" } }, { headers: { a: "[secret]", b: "[secret]" } }],
  [{ passwords: ["a", "b"] }, { passwords: ["[secret]", "[secret]"] }],
])("what is shown of %j is %j", (value, shown) => expect(maskSecrets(value)).toEqual(shown));

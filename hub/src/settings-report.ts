import type { ModuleDefinition } from "#contract/module.ts";
import type { SettingsReport } from "@lightwell/wire/api/settings.ts";
import { descriptionOf, keysOf } from "./config-schema.ts";
import { environmentName, sectionsOf, type Config } from "./config.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { modes, type Mode } from "./modes.ts";

/** Every setting of every module as it holds in this configuration, and where it comes from; without secrets. */
export function settingsReport(modules: readonly ModuleDefinition[], config: Config): SettingsReport {
  const values: Readonly<Record<string, unknown>> = {
    hub: config.hub,
    channels: config.channels,
    ...config.modules,
  };
  const mode: Mode = modes[config.hub.mode];
  const module = new Map(modules.map((each) => [each.name, each]));
  const sections = Object.entries(sectionsOf(modules)).map(([name, schema]) => {
    const section = Object.entries(values[name] ?? {});
    return {
      name,
      summary: module.get(name)?.summary ?? summaries[name] ?? "",
      running: !module.has(name) || !mode.modules || mode.modules.includes(name),
      settings: Object.entries(keysOf(schema)).map(([key, type]) => ({
        key,
        value: maskSecrets(section.find(([each]) => each === key)?.[1], key),
        origin: config.origins.get(`${name}.${key}`) ?? "default",
        description: descriptionOf(type),
        variable: environmentName(name, key),
      })),
    };
  });
  return { ...(config.file !== undefined && { file: config.file }), sections };
}

const summaries: Readonly<Record<string, string>> = {
  hub: "The hub as a whole.",
  channels: "Every channel, and single ones by name.",
};

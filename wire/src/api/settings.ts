import { z } from "zod";

/** Where a setting comes from: the later goes before the earlier. */
export const settingOrigin = z.enum(["default", "mode", "file", "environment", "option"]);
export type SettingOrigin = z.infer<typeof settingOrigin>;

/** One setting as it holds. */
export const setting = z.object({
  key: z.string(),
  value: z.unknown().optional().meta({ description: "With secrets taken out; missing: not set." }),
  origin: settingOrigin,
  description: z.string(),
  variable: z.string().meta({ description: "The environment variable that sets it." }),
});
export type Setting = z.infer<typeof setting>;

/** The settings of one module. */
export const settingsSection = z.object({
  name: z.string(),
  summary: z.string(),
  running: z.boolean().meta({ description: "False for a module that this mode leaves out." }),
  settings: z.array(setting),
});
export type SettingsSection = z.infer<typeof settingsSection>;

/** `GET /api/settings`: the configuration that the hub runs with. */
export const settingsReport = z.object({
  file: z.string().optional().meta({ description: "Path of the configuration file; missing: there is none." }),
  sections: z.array(settingsSection),
});
export type SettingsReport = z.infer<typeof settingsReport>;

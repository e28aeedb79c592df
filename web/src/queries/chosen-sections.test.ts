import type { Setting, SettingsSection } from "@lightwell/wire/api/settings.ts";
import { expect, it } from "vitest";
import { chosenSections } from "./chosen-sections.ts";

const setting = (key: string, description: string, origin: Setting["origin"] = "default"): Setting => ({
  key,
  value: 1,
  origin,
  description,
  variable: "V",
});
const section = (name: string, ...settings: Setting[]): SettingsSection => ({
  name,
  summary: "",
  running: true,
  settings,
});
const sections = [
  section("http", setting("publicPort", "Port of the public listener."), setting("adminPort", "Dashboard.", "option")),
  section("mjpeg", setting("maxViewers", "Further viewers get 503.", "file")),
  section("system"),
];
const chosen = (filter: string, onlyChanged = false) =>
  chosenSections(sections, filter, onlyChanged).flatMap(({ name, settings }) =>
    settings.map(({ key }) => `${name}.${key}`),
  );

it("shows every setting, and no section without any", () =>
  expect(chosen("")).toEqual(["http.publicPort", "http.adminPort", "mjpeg.maxViewers"]));

it("finds by the name with its section, and by the meaning", () => {
  expect(chosen("MJPEG.max")).toEqual(["mjpeg.maxViewers"]);
  expect(chosen("port public")).toEqual(["http.publicPort"]);
  expect(chosen("503")).toEqual(["mjpeg.maxViewers"]);
  expect(chosen("nothing like that")).toEqual([]);
});

it("shows what was changed only", () => {
  expect(chosen("", true)).toEqual(["http.adminPort", "mjpeg.maxViewers"]);
  expect(chosen("http", true)).toEqual(["http.adminPort"]);
});

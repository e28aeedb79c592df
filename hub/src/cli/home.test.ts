import { homedir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { homeOf, programName } from "./home.ts";

it("keeps data and settings beside the program in a checkout", () => {
  const env = { XDG_STATE_HOME: "/elsewhere" };
  expect(homeOf(env, "/srv/lightwell")).toEqual({
    dataDir: "/srv/lightwell/data",
    configPath: "/srv/lightwell/lightwell.yaml",
  });
});

it("keeps them in the user's folders when it was installed as a package", () => {
  const own = "/srv/app/node_modules/@lightwell";
  expect(homeOf({ XDG_STATE_HOME: "/state", XDG_CONFIG_HOME: "/config" }, own)).toEqual({
    dataDir: "/state/lightwell",
    configPath: "/config/lightwell/lightwell.yaml",
  });
  expect(homeOf({ XDG_STATE_HOME: "relative" }, own)).toEqual({
    dataDir: join(homedir(), ".local/state/lightwell"),
    configPath: join(homedir(), ".config/lightwell/lightwell.yaml"),
  });
});

it.each([
  ["/srv/lightwell", "/srv/lightwell", "./lightwell"],
  ["/srv/lightwell/docs", "/srv/lightwell", "../lightwell"],
  ["/srv", "/srv/lightwell", "./lightwell/lightwell"],
  ["/home/kim/pictures", "/srv/lightwell", "/srv/lightwell/lightwell"],
  ["/", "/srv/my hub", "'./srv/my hub/lightwell'"],
  ["/srv/app", "/srv/app/node_modules/@lightwell", "npx lightwell"],
])("in %s the program in %s is typed as %s", (cwd, own, typed) => {
  expect(programName(cwd, { own, platform: "linux" })).toBe(typed);
});

it("needs node before it where no script starts by its name", () => {
  expect(programName("/srv/lightwell", { own: "/srv/lightwell", platform: "win32" })).toBe(
    "node ./hub/bin/lightwell.mjs",
  );
});

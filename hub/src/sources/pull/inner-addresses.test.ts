import { expect, test } from "vitest";
import { isInner, outerLookup, requireOuter } from "./inner-addresses.ts";

test.each([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["0.0.0.0", true],
  ["169.254.169.254", true],
  ["[::1]", true],
  ["[fe80::1]", true],
  ["::ffff:127.0.0.1", true],
  ["192.168.1.2", false],
  ["10.0.0.1", false],
  ["[2001:db8::1]", false],
  ["camera.example", false],
])("%s is an inner address: %s", (address, expected) => {
  expect(isInner(address)).toBe(expected);
});

test("a name of this machine is refused like its address", async () => {
  expect(() => requireOuter("127.0.0.1")).toThrow("an address of this machine");
  const said = await new Promise((resolve) => outerLookup("localhost", {}, (error) => resolve(error?.message)));
  expect(said).toContain("it redirects to localhost, an address of this machine");
});

import { describe, expect, it } from "vitest";
import type { Config } from "../config.ts";
import { terminalAddress } from "./hub-address.ts";

const configured = (port: number) => () => ({ modules: { telnet: { port }, stats: { port } } }) as unknown as Config;
const unasked = () => {
  throw new Error("the settings of this machine say nothing of another hub");
};

describe("where a hub shows itself to terminals", () => {
  it.each([
    ["wall.example", { host: "wall.example", port: 2323 }],
    ["wall.example:99", { host: "wall.example", port: 99 }],
    [":99", { host: "127.0.0.1", port: 99 }],
    ["", { host: "127.0.0.1", port: 2323 }],
    ["[::1]:99", { host: "::1", port: 99 }],
    ["[::1]", { host: "::1", port: 2323 }],
  ])("%j is understood", (hub, address) => {
    expect(terminalAddress("telnet", hub, unasked)).toEqual(address);
  });

  it.each(["a:b", "a:0", "a:70000", "http://a", "a b"])("%j is refused", (hub) => {
    expect(() => terminalAddress("stats", hub, unasked)).toThrow("--hub takes host or host:port");
  });

  it("is the port that this machine's hub is configured for, when nothing is said", () => {
    expect(terminalAddress("stats", undefined, configured(4000))).toEqual({ host: "127.0.0.1", port: 4000 });
    expect(terminalAddress("stats", undefined, configured(0))).toEqual({ host: "127.0.0.1", port: 2324 });
  });
});

import { connect } from "node:net";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { modules } from "../modules.ts";
import { ADMIN_TOKEN, bootHub } from "../testing/boot.ts";
import { freePort } from "../testing/own-address.ts";

const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === "IPv6"));

interface Call {
  readonly host: string;
  readonly port: number;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** Status of a reply; a connection of its own each, to the address and no other. */
function status({ host, port, method = "GET", headers = {} }: Call, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, path, method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on("error", reject).end();
  });
}

const reach = (host: string, port: number) =>
  new Promise<string>((resolve) => {
    const socket = connect({ host, port }, () => {
      resolve("reached");
      socket.destroy();
    });
    socket.on("error", (error) => resolve(error.message));
  });

// A machine without IPv6 has no ::1 to be reached at.
describe.skipIf(!hasIPv6)("a hub on a machine with both families", () => {
  it("is reached by either on every listener, as it comes and on loopback, with the same checks", async () => {
    const names = ["telnet.port", "telnet.rawPort", "stats.port", "ascii-web.port", "display.port", "display.pagePort"];
    const entries = await Promise.all(
      [...names, "push.iotPort"].map(async (name) => [name, await freePort()] as const),
    );
    const ports: Record<string, number> = Object.fromEntries(entries);
    const hub = await bootHub(modules, { ...ports, "http.publicHost": "::" });
    const [open, admin] = [hub.publicUrl, hub.adminUrl].map((url) => Number(new URL(url).port));
    if (open === undefined || admin === undefined) throw new Error("no port");
    for (const host of ["127.0.0.1", "::1"]) {
      for (const [name, port] of Object.entries(ports))
        expect(await reach(host, port), `${name} at ${host}`).toBe("reached");
      expect(await status({ host, port: open }, "/healthz")).toBe(200);
      // The figures are open to this machine by its own name only.
      expect(await status({ host, port: admin }, "/data")).toBe(200);
      const own = host === "::1" ? `[::1]:${admin}` : `127.0.0.1:${admin}`;
      expect(await status({ host, port: admin, headers: { host: own } }, "/data")).toBe(200);
      expect(await status({ host, port: admin, headers: { host: `evil.example:${admin}` } }, "/data")).toBe(403);
      const change = { host, port: admin, method: "DELETE" };
      const authorization = `Bearer ${ADMIN_TOKEN}`;
      const from = (origin: string) => ({ authorization, host: own, origin });
      expect(await status({ ...change, headers: from(`http://${own}`) }, "/api/viewers/999999")).toBe(404);
      expect(await status({ ...change, headers: from("http://[::1]:9") }, "/api/viewers/999999")).toBe(403);
    }
    await hub.close();
    for (const port of [open, admin, ...Object.values(ports)])
      expect(await reach("::1", port)).toContain("ECONNREFUSED");
  });
});
